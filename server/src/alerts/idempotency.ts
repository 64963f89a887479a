import { sql } from 'kysely'
import type { EventResult } from '#contract/integrations.ts'
import type { Trx } from '../platform/db.ts'
import type { Intake, Receipt } from './model.ts'

/** A message that was applied already: in an earlier commit, or by another intake of the same batch. */
export type Repeat = { ofEarlier: EventResult } | { ofIndex: number }

/** The intakes, by index, that repeat a message. They get the first one's answer and have no effect. */
export async function findRepeats(trx: Trx, intakes: readonly Intake[]): Promise<Map<number, Repeat>> {
  const named = intakes.flatMap((intake, index) => {
    const key = keyOf(intake)
    return key ? [{ ...key, index }] : []
  })
  if (named.length === 0) return new Map()
  const { rows } = await sql<{ name: string; result: EventResult }>`
    select x.ref || ' ' || x.hex as name, known.result
    from jsonb_to_recordset(${JSON.stringify(named)}::jsonb) as x(ref uuid, hex text)
    cross join lateral (
      select k.result from idempotency_keys k
      where k.integration_id = x.ref and k.key = decode(x.hex, 'hex') limit 1
    ) as known`.execute(trx)
  const earlier = new Map(rows.map(({ name, result }) => [name, result]))
  const firstIndexes = new Map<string, number>()
  const repeats = new Map<number, Repeat>()
  for (const { index, ref, hex } of named) {
    const name = `${ref} ${hex}`
    const result = earlier.get(name)
    const first = firstIndexes.get(name)
    if (result) repeats.set(index, { ofEarlier: result })
    else if (first !== undefined) repeats.set(index, { ofIndex: first })
    else firstIndexes.set(name, index)
  }
  return repeats
}

/** Remembers what was applied. When another process has applied the same message meanwhile its key is there, and this batch starts again. */
export async function rememberKeys(
  trx: Trx,
  intakes: readonly Intake[],
  receipts: readonly Receipt[],
  repeats: ReadonlyMap<number, Repeat>,
): Promise<void> {
  const rows = intakes.flatMap((intake, index) => {
    const key = repeats.has(index) ? null : keyOf(intake)
    const { deliveryId, result } = receipts[index]!
    return key && result ? [{ ...key, at: intake.at, deliveryId, result }] : []
  })
  if (rows.length === 0) return
  await sql`
    insert into idempotency_keys (integration_id, key, received_at, delivery_id, result)
    select ref, decode(hex, 'hex'), at, "deliveryId", result from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as x(ref uuid, hex text, at timestamptz, "deliveryId" uuid, result jsonb)
    order by ref, hex`.execute(trx)
}

function keyOf({ source, delivery, isReplay, verdict }: Intake): { ref: string; hex: string } | null {
  if (!source || !delivery?.idempotencyKey || isReplay || verdict.outcome === 'rejected') return null
  return { ref: source.ref, hex: delivery.idempotencyKey.toString('hex') }
}

export const receiptOfRepeat = ({ delivery }: Intake, result: EventResult | null): Receipt => ({
  deliveryId: delivery?.id ?? null,
  outcome: !result || result.action === 'ignored' ? 'ignored' : 'accepted',
  reason: result?.reason ?? null,
  result,
  incidentId: result?.incident?.id ?? null,
})
