import type { Deps } from '../deps.ts'
import { getUser } from '../people/store.ts'
import type { Trx } from '../platform/db.ts'
import { AppError, notFound } from '../platform/errors.ts'
import { isUuid } from '../platform/ids.ts'
import { notify } from '../platform/live.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { retryOnConflict } from '../platform/retry.ts'
import { readServiceSettings } from '../services/store.ts'
import { decide } from './decide.ts'
import type { Command, Context, Decision, Incident } from './model.ts'
import { findIncidentId, readKeys } from './queries.ts'
import { lockActiveIncidents, lockIncidents, lockIncidentsToWake, lockKeys, writeChanges } from './store.ts'
import { WorkingSet } from './working-set.ts'

/** What a person may ask for; `assign` names the person by id. */
export type Request =
  | Exclude<Command, { kind: 'event' | 'wake' | 'assign' }>
  | { kind: 'assign'; userId: string }

/** Changes one incident and returns its id. Throws `not_found`, `incident_resolved`, `incident_already_active`, `conflict`. */
export async function changeIncident(
  deps: Deps,
  principal: Principal | null,
  idOrNumber: string,
  request: Request,
): Promise<string> {
  demand(principal, 'act')
  const id = await findIncidentId(deps.db, idOrNumber)
  if (!id) throw notFound('Incident')
  const [outcome] = await changeIncidents(deps, principal, [id], request)
  if (outcome instanceof AppError) throw outcome
  return id
}

/** Does the same to many incidents: for each, in the order asked, null when it is done or why it could not be. */
export async function changeIncidents(
  deps: Deps,
  principal: Principal | null,
  ids: readonly string[],
  request: Request,
): Promise<(AppError | null)[]> {
  demand(principal, 'act')
  const known = ids.filter(isUuid)
  const { outcomes, changedIds } = await retryOnConflict(() =>
    deps.db.transaction().execute(async (trx) => {
      const command = await toCommand(trx, request)
      const set = await loadForChange(trx, known, command)
      const context = await contextReader(deps, trx, set.incidents, principal.actor)
      const outcomes = new Map(
        set.incidents.map((incident) => [
          incident.id,
          applyCommand(set, incident, command, context(incident)),
        ]),
      )
      await writeAndNotify(trx, set.changes)
      return { outcomes, changedIds: set.changes.touchedIds }
    }),
  )
  if (changedIds.length > 0) deps.live.tell({ kind: 'incidents', ids: changedIds })
  return ids.map((id) => outcomes.get(id) ?? (outcomes.has(id) ? null : notFound('Incident')))
}

/** Opens what was snoozed, suppressed or acknowledged for long enough, as timers call it; returns how many. */
export async function wakeDueIncidents(deps: Deps, now: Date): Promise<number> {
  const changedIds = await deps.db.transaction().execute(async (trx) => {
    const incidents = await lockIncidentsToWake(trx, now, WAKE_BATCH)
    const set = { changes: new WorkingSet(), incidents, blocked: new Set<string>() }
    for (const incident of incidents) set.changes.load(incident)
    const context = await contextReader(deps, trx, incidents, { kind: 'system', id: null, name: 'OpsKnight' })
    for (const incident of incidents)
      applyCommand(set, incident, { kind: 'wake' }, { ...context(incident), now })
    await writeAndNotify(trx, set.changes)
    return set.changes.touchedIds
  })
  if (changedIds.length > 0) deps.live.tell({ kind: 'incidents', ids: changedIds })
  return changedIds.length
}
const WAKE_BATCH = 200

type Loaded = {
  changes: WorkingSet
  incidents: Incident[]
  /** Resolved incidents whose key has another, active one: they cannot be reopened. */
  blocked: ReadonlySet<string>
}

async function loadForChange(trx: Trx, ids: readonly string[], command: Command): Promise<Loaded> {
  const changes = new WorkingSet()
  const blocked = new Set<string>()
  // Whoever opens an incident holds its key, so that no alert opens another one meanwhile.
  const keys = command.kind === 'reopen' ? await readKeys(trx, ids) : []
  if (keys.length > 0) await lockKeys(trx, keys)
  const active = keys.length > 0 ? await lockActiveIncidents(trx, keys) : []
  const incidents = await lockIncidents(trx, ids)
  for (const incident of incidents) {
    changes.load(incident)
    const other = active.find((one) => isSameProblem(one.incident, incident))
    if (other && other.incident.id !== incident.id) blocked.add(incident.id)
  }
  return { changes, incidents, blocked }
}

const isSameProblem = (a: Incident, b: Incident) => a.serviceId === b.serviceId && a.dedupKey === b.dedupKey

function applyCommand(set: Loaded, incident: Incident, command: Command, context: Context): AppError | null {
  const another = set.changes.findActive(incident.serviceId, [incident.dedupKey])
  if (
    command.kind === 'reopen' &&
    (set.blocked.has(incident.id) || (another && another.id !== incident.id))
  ) {
    return new AppError(
      'incident_already_active',
      'The same problem has a newer incident that is active. Work on that one.',
    )
  }
  const decision: Decision = decide(incident, command, context)
  if (decision.outcome === 'refused') return new AppError(decision.code, decision.message)
  if (decision.outcome === 'changed') set.changes.apply(decision)
  return null
}

async function toCommand(trx: Trx, request: Request): Promise<Command> {
  if (request.kind !== 'assign') return request
  const user = await getUser(trx, request.userId)
  if (user.disabled_at) throw new AppError('conflict', `${user.name} is disabled and cannot be assigned.`)
  return { kind: 'assign', user: { id: user.id, name: user.name } }
}

async function contextReader(
  { clock }: Deps,
  trx: Trx,
  incidents: readonly Incident[],
  actor: Context['actor'],
): Promise<(incident: Incident) => Context> {
  const now = clock.now()
  const services = await readServiceSettings(
    trx,
    [...new Set(incidents.map(({ serviceId }) => serviceId))],
    now,
  )
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

async function writeAndNotify(trx: Trx, changes: WorkingSet): Promise<void> {
  const ids = changes.touchedIds
  if (ids.length === 0) return
  await writeChanges(trx, changes)
  await notify(trx, [{ kind: 'incidents', ids }])
}
