import type { Actor } from '#contract/common.ts'
import type { IncidentAction } from '#contract/incidents.ts'
import type { Deps } from '../deps.ts'
import { getUser } from '../people/store.ts'
import { addSeconds } from '../platform/clock.ts'
import type { Trx } from '../platform/db.ts'
import { AppError, conflict, notFound } from '../platform/errors.ts'
import { inHalves } from '../platform/halves.ts'
import { isUuid } from '../platform/ids.ts'
import { notify } from '../platform/live.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { isPassing, retryOnConflict } from '../platform/retry.ts'
import { holdServiceSettings, readServiceSettings } from '../services/store.ts'
import { decide } from './decide.ts'
import type { Command, Context, Decision, Incident, Obstacle } from './model.ts'
import { findIncidentId, readKeys } from './queries.ts'
import {
  findActiveByKeys,
  lockIncidents,
  lockIncidentsToWake,
  lockKeys,
  postponeWaking,
  writeChanges,
} from './store.ts'
import { WorkingSet } from './working-set.ts'

/** Changes one incident and returns its id. Throws `not_found` and whatever else stands in the way. */
export async function changeIncident(
  deps: Deps,
  principal: Principal | null,
  idOrNumber: string,
  action: IncidentAction,
): Promise<string> {
  demand(principal, 'act')
  const id = await findIncidentId(deps.db, idOrNumber)
  if (!id) throw notFound('Incident')
  const [refusal] = await changeIncidents(deps, principal, [id], action)
  if (refusal) throw refusal
  return id
}

/** Does the same to many incidents, one after the other: for each, null when it is done or why it could not be. */
export async function changeIncidents(
  deps: Deps,
  principal: Principal | null,
  ids: readonly string[],
  action: IncidentAction,
): Promise<(AppError | null)[]> {
  demand(principal, 'act')
  return changeAs(deps, principal.actor, ids, (trx) => toCommand(trx, action))
}

/** The same, for what a tool or OpsKnight itself does. */
export async function changeAs(
  deps: Pick<Deps, 'db' | 'clock' | 'live'>,
  actor: Actor,
  ids: readonly string[],
  readCommand: (trx: Trx) => Promise<Command>,
): Promise<(AppError | null)[]> {
  const asked = ids.map((id) => id.toLowerCase())
  const possible = [...new Set(asked.filter(isUuid))]
  const { refusals, changedIds } = await retryOnConflict(() =>
    deps.db
      .transaction()
      .execute(async (trx) => changeWithin(deps, trx, actor, possible, await readCommand(trx))),
  )
  tell(deps, changedIds)
  return asked.map((id) => {
    const refusal = refusals.get(id)
    return refusal === undefined ? notFound('Incident') : refusal
  })
}

async function changeWithin(
  { clock }: Pick<Deps, 'clock'>,
  trx: Trx,
  actor: Actor,
  ids: readonly string[],
  command: Command,
) {
  const findObstacle = command.kind === 'reopen' ? await holdForReopening(trx, ids, clock.now()) : () => null
  const changes = new WorkingSet()
  const incidents = await lockIncidents(trx, ids)
  for (const incident of incidents) changes.load(incident)

  const contextOf = await contextReader(trx, incidents, actor, clock.now())
  const refusals = new Map<string, AppError | null>()
  for (const id of ids) {
    const incident = changes.get(id)
    if (!incident) continue
    const context = { ...contextOf(incident), obstacle: findObstacle(incident, changes) }
    refusals.set(id, apply(changes, decide(incident, command, context)))
  }
  await writeAndNotify(trx, changes)
  return { refusals, changedIds: changes.touchedIds }
}

async function toCommand(trx: Trx, given: IncidentAction): Promise<Command> {
  switch (given.action) {
    case 'acknowledge':
    case 'resolve':
    case 'reopen':
      return { kind: given.action }
    case 'snooze':
      return { kind: 'snooze', until: new Date(given.until) }
    case 'note':
      return { kind: 'note', text: given.text }
    case 'severity':
      return { kind: 'severity', severity: given.severity }
    case 'urgency':
      return { kind: 'urgency', urgency: given.urgency }
    case 'assign': {
      const { id, name, disabled_at } = await getUser(trx, given.userId)
      if (disabled_at) throw conflict(`${name} is disabled, so nothing can be assigned to them.`)
      return { kind: 'assign', user: { id, name } }
    }
  }
}

type FindObstacle = (incident: Incident, changes: WorkingSet) => Obstacle | null

/**
 * Whoever opens an incident holds its service and then its key, as alerts do: neither is the service deleted meanwhile
 * nor does another incident take the key.
 */
async function holdForReopening(trx: Trx, ids: readonly string[], now: Date): Promise<FindObstacle> {
  const keys = await readKeys(trx, ids)
  const services = await holdServiceSettings(trx, serviceIdsOf(keys), now)
  await lockKeys(trx, keys)
  const active = await findActiveByKeys(trx, keys)
  return ({ id, serviceId, dedupKey }, changes) => {
    if (!services.has(serviceId)) return { kind: 'service-deleted' }
    const another =
      changes.findActive(serviceId, [dedupKey]) ??
      active.find((one) => one.serviceId === serviceId && one.key === dedupKey)
    return another && another.id !== id ? { kind: 'another-is-active', number: another.number } : null
  }
}

const WAKE_BATCH = 200
const SYSTEM: Actor = { kind: 'system', id: null, name: 'OpsKnight' }

/** Opens what was snoozed, suppressed or acknowledged for long enough, as timers call it; returns how many changed. */
export async function wakeDueIncidents(deps: Deps, now: Date): Promise<number> {
  const changedIds = await inHalves<Incident>({
    run: (chosen, held) =>
      retryOnConflict(() =>
        deps.db.transaction().execute(async (trx) => {
          const incidents = await lockIncidentsToWake(
            trx,
            now,
            WAKE_BATCH,
            chosen?.map(({ id }) => id),
          )
          held(incidents)
          return wakeWithin(trx, incidents, now)
        }),
      ),
    alone: ({ id }, error) => postponeBroken(deps, id, error, now),
  })
  tell(deps, changedIds)
  return changedIds.length
}

async function wakeWithin(trx: Trx, incidents: readonly Incident[], now: Date): Promise<string[]> {
  const changes = new WorkingSet()
  const contextOf = await contextReader(trx, incidents, SYSTEM, now)
  for (const incident of incidents) apply(changes, decide(incident, { kind: 'wake' }, contextOf(incident)))
  await writeAndNotify(trx, changes)
  return changes.touchedIds
}

const POSTPONED_SECONDS = 60

/** One that breaks keeps out of the way of all others, and is tried again. */
async function postponeBroken(deps: Deps, id: string, error: unknown, now: Date): Promise<string[]> {
  deps.log.error({ err: error, incidentId: id }, 'incident.not_woken')
  if (!isPassing(error)) await postponeWaking(deps.db, id, now, addSeconds(now, POSTPONED_SECONDS))
  return []
}

/** What a decision about any of these incidents depends on. */
export async function contextReader(
  trx: Trx,
  incidents: readonly Incident[],
  actor: Actor,
  now: Date,
): Promise<(incident: Incident) => Context> {
  const services = await readServiceSettings(trx, serviceIdsOf(incidents), now)
  return ({ id, serviceId, integrationId }) => ({
    now,
    actor,
    serviceId,
    integrationId,
    newIncidentId: id,
    acknowledgementTimeoutMinutes: services.get(serviceId)?.acknowledgementTimeoutMinutes ?? null,
    maintenance: services.get(serviceId)?.maintenance ?? null,
    previous: null,
  })
}

const serviceIdsOf = (of: readonly { serviceId: string }[]) => [
  ...new Set(of.map(({ serviceId }) => serviceId)),
]

function apply(changes: WorkingSet, decision: Decision): AppError | null {
  if (decision.outcome === 'changed') changes.apply(decision)
  if (decision.outcome !== 'refused') return null
  const { code, message, path } = decision
  return new AppError(code, message, path === undefined ? {} : { errors: [{ path, message }] })
}

export async function writeAndNotify(trx: Trx, changes: WorkingSet): Promise<void> {
  const ids = changes.touchedIds
  if (ids.length === 0) return
  await writeChanges(trx, changes)
  await notify(trx, [{ kind: 'incidents', ids }])
}

function tell({ live }: Pick<Deps, 'live'>, ids: string[]): void {
  if (ids.length > 0) live.tell({ kind: 'incidents', ids })
}
