import { Readiness } from '#contract/readiness.ts'
import type { Deps } from '../deps.ts'
import { integrationOfType } from '../integrations/index.ts'
import { isUuid, timeOfId } from '../platform/ids.ts'
import { ensureSystemIntegration, type SystemIntegration } from '../services/system-integration.ts'
import { lastSweep } from './sweeps.ts'

/** Why the server cannot be said to work: a word to compare, and words to read. */
export type Flaw = { code: string; reason: string }

/** A worker that is well looks every second for what is due. */
const SWEPT_WITHIN_MS = 60_000

/** Sends a real, signed delivery through the front door of this process, and looks for it in the database. */
export async function checkDelivery(deps: Deps, door: string, signal: AbortSignal): Promise<Flaw | null> {
  const readiness = Readiness.parse(await (await fetch(new URL('/readyz', door), { signal })).json())
  if (readiness.status === 'unavailable')
    return { code: 'not_ready', reason: `Deliveries cannot be taken. ${readiness.reason}` }
  if (readiness.via === 'journal')
    return { code: 'journal', reason: 'Deliveries wait in the journal and have no effect yet' }
  const integration = await ensureSystemIntegration(deps)
  const answer = await fetch(
    new URL(`/api/integrations/${integration.type}?integrationId=${integration.address}`, door),
    { method: 'POST', ...syntheticDelivery(integration, deps.clock.now()), signal },
  )
  await answer.body?.cancel()
  if (answer.status !== 202)
    return { code: 'not_accepted', reason: `A delivery was answered ${answer.status}` }
  const id = answer.headers.get('opsknight-delivery-id')
  if (!id || !(await isRecorded(deps, id)))
    return { code: 'not_recorded', reason: 'A delivery was accepted and is not in the database' }
  return null
}

/**
 * The resolution of a problem that never is: it takes the locks, looks for its incident and is recorded, and can neither
 * open an incident nor use up a number.
 */
function syntheticDelivery({ type, secret }: SystemIntegration, now: Date) {
  const tool = integrationOfType(type)
  if (!tool) throw new Error(`There is no integration of the type ${type}`)
  const issue = { id: 'opsknight-heartbeat', title: 'Heartbeat of OpsKnight', lastSeen: now.toISOString() }
  const body = Buffer.from(JSON.stringify({ action: 'resolved', issue }))
  return { body, headers: { 'content-type': 'application/json', ...tool.authentication.sign(body, secret) } }
}

async function isRecorded({ db }: Pick<Deps, 'db'>, id: string): Promise<boolean> {
  if (!isUuid(id)) return false
  const row = await db
    .selectFrom('deliveries')
    .select('id')
    .where('id', '=', id)
    .where('received_at', '=', timeOfId(id))
    .executeTakeFirst()
  return row !== undefined
}

export async function checkWorker({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<Flaw | null> {
  const sweptAt = await lastSweep(db)
  if (sweptAt && Math.abs(clock.now().getTime() - sweptAt.getTime()) < SWEPT_WITHIN_MS) return null
  return {
    code: 'worker_stands_still',
    reason: sweptAt
      ? `No worker has looked for what is due since ${sweptAt.toISOString()}`
      : 'No worker has ever looked for what is due',
  }
}
