import type { Actor } from '#contract/common.ts'
import { SPLIT_MAX, type SplitResult, type SplitStorm } from '#contract/incidents.ts'
import type { Deps } from '../deps.ts'
import type { Trx } from '../platform/db.ts'
import { AppError, conflict, notFound } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import { notify } from '../platform/live.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { retryOnConflict } from '../platform/retry.ts'
import { holdServiceSettings } from '../services/store.ts'
import { decide } from './decide.ts'
import { nameOf, storedKey } from './keys.ts'
import type { Command, Context, Incident } from './model.ts'
import { findIncidentId, readKeys, readPrevious } from './queries.ts'
import { lockActiveIncidents, lockKeys, writeChanges } from './store.ts'
import { type FoldedEvent, type FoldedProblem, isStormKey } from './storm.ts'
import { nextWaiting, readFolded, readStormCounts, toFolded } from './storm-queries.ts'
import { loadStorms, readEvents, readProblems } from './storm-store.ts'
import { WorkingSet } from './working-set.ts'

/**
 * Gives problems of a storm incidents of their own, or links those that have an active one already. Those that are
 * resolved or were split off before stay as they are, so that asking twice changes nothing.
 */
export async function splitStorm(
  deps: Deps,
  principal: Principal | null,
  idOrNumber: string,
  { keys }: SplitStorm,
): Promise<SplitResult> {
  demand(principal, 'act')
  const id = await findIncidentId(deps.db, idOrNumber)
  if (!id) throw notFound('Incident')
  const { result, ids } = await retryOnConflict(() =>
    deps.db.transaction().execute((trx) => splitWithin(deps, trx, principal.actor, id, keys?.map(storedKey))),
  )
  if (ids.length > 0) deps.live.tell({ kind: 'incidents', ids })
  return result
}

async function splitWithin(
  { clock }: Deps,
  trx: Trx,
  actor: Actor,
  id: string,
  keys: readonly string[] | undefined,
): Promise<{ result: SplitResult; ids: string[] }> {
  const now = clock.now()
  const serviceId = await serviceOfStorm(trx, id)
  const services = await holdServiceSettings(trx, [serviceId], now)
  const chosen = keys ? [...new Set(keys)] : await nextWaiting(trx, id, SPLIT_MAX)
  const { storm, changes, problems } = await lockProblems(trx, id, serviceId, chosen)
  refuseUnknown(chosen, problems)

  const waiting = problems.filter(({ state }) => state === 'folded')
  const events = await readEvents(
    trx,
    id,
    waiting.map(({ dedupKey }) => dedupKey),
  )
  const previous = await readPrevious(
    trx,
    waiting.map(({ dedupKey }) => ({ serviceId, key: dedupKey })),
  )
  const contextOf = (key: string): Context => ({
    ...{ now, actor, serviceId, integrationId: storm.integrationId, newIncidentId: newId(now) },
    acknowledgementTimeoutMinutes: services.get(serviceId)?.acknowledgementTimeoutMinutes ?? null,
    maintenance: services.get(serviceId)?.maintenance ?? null,
    previous: toPrevious(previous.get(nameOf(serviceId, key))),
  })
  let opened = 0
  for (const problem of waiting) {
    const context = contextOf(problem.dedupKey)
    if (splitOff(changes, storm, problem, events.get(problem.dedupKey)!, context)) opened += 1
  }
  const linked = waiting.length - opened
  const titles = waiting.map(({ title }) => title)
  apply(changes, storm, { kind: 'split', titles, opened, linked }, contextOf(storm.dedupKey))
  if (changes.isTouched) await writeChanges(trx, changes)
  const ids = changes.touchedIds
  await notify(trx, ids.length > 0 ? [{ kind: 'incidents', ids }] : [])
  const items = (await readFolded(trx, id, chosen)).map(toFolded)
  return { result: { items, opened, linked, waiting: await countWaiting(trx, storm) }, ids }
}

const toPrevious = (id: string | undefined) => (id ? { id } : null)

async function serviceOfStorm(trx: Trx, id: string): Promise<string> {
  const [own] = await readKeys(trx, [id])
  if (!own || !isStormKey(own.key)) {
    throw conflict(
      'Nothing is folded into this incident, so nothing can be split off: it is not about a storm.',
    )
  }
  return own.serviceId
}

/** Holds the keys, then the incidents, as alerts do: nobody opens or folds any of these problems meanwhile. */
async function lockProblems(trx: Trx, id: string, serviceId: string, chosen: readonly string[]) {
  const asked = chosen.map((key) => ({ serviceId, key }))
  const listed = await readProblems(trx, [id], asked)
  const keys = listed.flatMap(({ names }) => names.map((key) => ({ serviceId, key })))
  await lockKeys(trx, keys)
  const changes = new WorkingSet()
  const found = await lockActiveIncidents(trx, keys, [id])
  for (const { incident, aliases } of found) changes.load(incident, aliases)
  const storm = changes.get(id)
  if (!storm) throw new AppError('incident_resolved', 'A resolved incident cannot be split. Reopen it first.')
  await loadStorms(trx, changes, [{ incident: storm }], asked)
  const problems = chosen.flatMap((key) => changes.storms.getProblem(id, key) ?? [])
  return { storm, changes, problems }
}

function refuseUnknown(chosen: readonly string[], problems: readonly FoldedProblem[]): void {
  const known = new Set(problems.map(({ dedupKey }) => dedupKey))
  const errors = chosen.flatMap((key, index) =>
    known.has(key)
      ? []
      : [
          {
            path: `keys.${index}`,
            message: 'No problem of this storm has this key. GET …/folded lists them.',
          },
        ],
  )
  if (errors.length > 0) throw new AppError('invalid_request', errors[0]!.message, { errors })
}

/** True when it opened an incident, false when there is an active one already. */
function splitOff(
  changes: WorkingSet,
  storm: Incident,
  problem: FoldedProblem,
  event: FoldedEvent,
  context: Context,
): boolean {
  const { dedupKey, names, title, severity, source, link, eventCount, serviceId } = problem
  const active = changes.findActive(serviceId, names)
  const base = { ...event, dedupKey, title, severity, source, link }
  const seen = {
    storm: storm.number,
    count: eventCount,
    firstAt: problem.firstEventAt,
    lastAt: problem.lastEventAt,
  }
  const incident = active
    ? apply(
        changes,
        active,
        eventOf({ ...base, action: 'note', note: wordsOfLink(storm, eventCount) }),
        context,
      )
    : apply(changes, null, eventOf({ ...base, action: 'trigger', note: wordsOfSplit(storm), seen }), context)
  changes.addAliases(incident, names)
  changes.storms.put({ ...problem, state: 'opened', incidentId: incident.id })
  return !active
}

type EventCommand = Command & { kind: 'event' }
const eventOf = (event: EventCommand['event']): EventCommand => ({ kind: 'event', event })

const wordsOfSplit = ({ number }: Incident) => `Split off from the alert storm #${number}`
const wordsOfLink = ({ number }: Incident, alerts: number) =>
  alerts === 1
    ? `1 alert about this was folded into the alert storm #${number}`
    : `${alerts} alerts about this were folded into the alert storm #${number}`

function apply(changes: WorkingSet, incident: Incident | null, command: Command, context: Context): Incident {
  const decision = decide(incident, command, context)
  switch (decision.outcome) {
    case 'changed':
      changes.apply(decision)
      return decision.incident
    case 'unchanged':
      return decision.incident
    case 'ignored':
    case 'refused':
      throw new Error(`A problem of a storm could not be split off: ${JSON.stringify(decision)}`)
  }
}

async function countWaiting(trx: Trx, { id, dedupKey, eventCount }: Incident): Promise<number> {
  const counts = await readStormCounts(trx, { id, dedup_key: dedupKey, event_count: eventCount })
  return counts?.waiting ?? 0
}
