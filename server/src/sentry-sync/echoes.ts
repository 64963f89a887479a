import { sql } from 'kysely'
import type { AlertEvent, Echo } from '../integrations/types.ts'
import type { Trx } from '../platform/db.ts'
import type { SentryWriting } from '../platform/schema.ts'
import { digestOf } from './writings.ts'

export type Reported = { integrationId: string; event: AlertEvent; at: Date }

/** The events that report what OpsKnight has written itself. Looks up only those that may. */
export async function findEchoes(trx: Trx, reported: readonly Reported[]): Promise<ReadonlySet<AlertEvent>> {
  const possible = reported.filter(({ event }) => event.echo)
  if (possible.length === 0) return new Set()
  const asked = possible.map(({ integrationId, event }) => ({ integrationId, dedupKey: event.dedupKey }))
  const { rows } = await sql<{ integration_id: string; dedup_key: string; written: SentryWriting[] }>`
    select s.integration_id, s.dedup_key, s.written from sentry_issues s
    where (s.integration_id, s.dedup_key) in (
      select "integrationId", "dedupKey"
      from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as x("integrationId" uuid, "dedupKey" text)
    )`.execute(trx)
  const written = new Map(rows.map((row) => [`${row.integration_id} ${row.dedup_key}`, row.written]))
  return new Set(
    possible
      .filter(({ integrationId, event, at }) =>
        isEcho(event.echo!, written.get(`${integrationId} ${event.dedupKey}`) ?? [], at),
      )
      .map(({ event }) => event),
  )
}

/** So late no report comes any more: then somebody else has done the same again. */
const REPORTED_WITHIN_MS = 3_600_000

/** Whether OpsKnight has lately written what is reported. */
export function isEcho({ what, value, isNamed }: Echo, written: readonly SentryWriting[], at: Date): boolean {
  const reported = what === 'comment' ? digestOf(value) : value
  return written.some(
    (writing) =>
      writing.what === what &&
      at.getTime() - Date.parse(writing.at) <= REPORTED_WITHIN_MS &&
      (writing.value === reported || isSamePerson(what, value, isNamed)),
  )
}

/** Sentry may know somebody by another address than the one they were written with, or keep addresses to itself. */
const isSamePerson = (what: Echo['what'], value: string, isNamed: boolean) =>
  what === 'assignee' && (isNamed || value === '')
