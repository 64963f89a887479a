import type { Deps } from '../deps.ts'
import { type ChannelProblems, planFor } from '../notifications/plan.ts'
import { readProblems } from '../notifications/problems.ts'
import { readReach } from '../people/reach.ts'
import { addSeconds } from '../platform/clock.ts'
import type { Trx } from '../platform/db.ts'
import { inHalves } from '../platform/halves.ts'
import { notify } from '../platform/live.ts'
import { isDatabaseAway, isPassing, retryOnConflict } from '../platform/retry.ts'
import { type PolicyVersion, readPolicyVersions, versionKey } from '../services/policies.ts'
import { type Attempted, attemptAll, findAdministrators } from './attempts.ts'
import { type FindPeople, peopleFinder } from './people.ts'
import { needsAdministrators, record } from './record.ts'
import {
  type DueEscalation,
  lockDue,
  lockLate,
  lockThese,
  postpone,
  readVersionTimes,
  writeTurns,
} from './store.ts'
import { allTargets, attemptOf, brokenTurn, type Turn, targetsOfTurn, turnOf } from './turns.ts'
import { reasonAgainst } from './words.ts'

/** So many incidents at a time: alerts about one of them wait for that long. */
export const ESCALATIONS_AT_ONCE = 200
/** What others have held for so long whenever somebody looked is waited for. */
const LATE_SECONDS = 3
const LATE_BATCH = 20

/** Takes the next step of the incidents that are due; returns how many, and is called until there are none. */
export async function runDueEscalations(deps: Deps, now: Date): Promise<number> {
  const problems = await readProblems(deps)
  const ids = await inHalves<DueEscalation>({
    run: (chosen, held) =>
      transaction(deps, async (trx) => {
        const due = chosen ? await lockThese(trx, idsOf(chosen), now) : await lockTurns(trx, now)
        held(due)
        const policyOf = await policyReader(trx, due)
        return takeTurns(
          trx,
          due.map((row) => turnOf(row, policyOf(row), now)),
          problems,
          now,
        )
      }),
    alone: (row, error) => setAside(deps, row, error, { problems, now }),
  })
  if (ids.length > 0) deps.live.tell({ kind: 'incidents', ids })
  return ids.length
}

const transaction = <T>({ db }: Deps, work: (trx: Trx) => Promise<T>): Promise<T> =>
  retryOnConflict(() => db.transaction().execute(work))

const idsOf = (due: readonly DueEscalation[]) => due.map(({ incidentId }) => incidentId)

/** So long what can neither be paged nor be ended keeps out of the way of all others. */
const POSTPONED_SECONDS = 60

/**
 * What one incident breaks is not tried for ever: it ends, and the administrators hear of it. Returns its id when it has.
 * Where even that cannot be written it comes again later.
 */
async function setAside(
  deps: Deps,
  row: DueEscalation,
  error: unknown,
  { problems, now }: { problems: ChannelProblems; now: Date },
): Promise<string[]> {
  const { incidentId } = row
  if (isPassing(error)) {
    deps.log.warn({ err: error, incidentId }, 'escalation.put_off')
    return []
  }
  deps.log.error({ err: error, incidentId }, 'escalation.broke')
  deps.metrics.escalationBroke()
  try {
    return await transaction(deps, async (trx) => {
      const due = await lockThese(trx, [incidentId], now)
      return takeTurns(trx, due.map(brokenTurn), problems, now)
    })
  } catch (failure) {
    if (isDatabaseAway(failure)) throw failure
    deps.log.error({ err: failure, incidentId }, 'escalation.not_ended')
    await postpone(deps.db, incidentId, now, addSeconds(now, POSTPONED_SECONDS))
    return []
  }
}

async function lockTurns(trx: Trx, now: Date): Promise<DueEscalation[]> {
  const due = await lockDue(trx, now, ESCALATIONS_AT_ONCE)
  return due.length > 0 ? due : lockLate(trx, now, addSeconds(now, -LATE_SECONDS), LATE_BATCH)
}

async function takeTurns(
  trx: Trx,
  turns: readonly Turn[],
  problems: ChannelProblems,
  now: Date,
): Promise<string[]> {
  if (turns.length === 0) return []
  const find = await peopleFinder(trx, turns.flatMap(targetsOfTurn), now)

  const attempted = await attemptAll(
    trx,
    turns.flatMap((turn) => attemptOf(turn, find) ?? []),
    problems,
    now,
  )
  const administrators = await attemptAdministrators(
    trx,
    turns.filter((turn) => needsAdministrators(turn, attempted.get(turn), now)),
    problems,
    now,
  )
  const whyNobody = await explainer(trx, turns, find, problems)
  const recorded = turns.map((turn) =>
    record(turn, {
      attempted: attempted.get(turn),
      administrators: administrators.get(turn),
      whyNobody: whyNobody(turn),
      now,
    }),
  )
  const ids = turns.map(({ incidentId }) => incidentId)
  await writeTurns(trx, {
    entries: recorded.flatMap(({ entries }) => entries),
    states: recorded.flatMap(({ state }) => state ?? []),
    done: ids.filter((_id, index) => recorded[index]!.state === null),
  })
  await notify(trx, [{ kind: 'incidents', ids }])
  return ids
}

/** The policy that each of them runs on: of one that begins, the version that was in force when it became due. */
async function policyReader(
  trx: Trx,
  due: readonly DueEscalation[],
): Promise<(row: DueEscalation) => PolicyVersion | null> {
  const beginning = due.filter(({ policy, onlyUserId }) => !policy && !onlyUserId)
  const times = await readVersionTimes(
    trx,
    beginning.flatMap(({ servicePolicyId }) => servicePolicyId ?? []),
  )
  const keyOf = ({ policy, servicePolicyId, dueAt }: DueEscalation) => {
    if (policy) return policy
    const versions = servicePolicyId ? (times.get(servicePolicyId) ?? []) : []
    const inForce = versions.findLast(({ createdAt }) => createdAt <= dueAt) ?? versions[0]
    return servicePolicyId && inForce ? { policyId: servicePolicyId, version: inForce.version } : null
  }
  const policies = await readPolicyVersions(
    trx,
    due.flatMap((row) => (row.onlyUserId ? [] : (keyOf(row) ?? []))),
  )
  return (row) => {
    const key = keyOf(row)
    return key ? (policies.get(versionKey(key)) ?? null) : null
  }
}

async function attemptAdministrators(
  trx: Trx,
  turns: readonly Turn[],
  problems: ChannelProblems,
  now: Date,
): Promise<Map<Turn, Attempted>> {
  if (turns.length === 0) return new Map()
  const found = await findAdministrators(trx)
  const nowhere = { cause: 'administrators' as const, step: null, cycle: null, already: [] }
  return attemptAll(
    trx,
    turns.map((turn) => ({ turn, ...nowhere, ...found })),
    problems,
    now,
  )
}

/** Why policies that have reached nobody do not. */
async function explainer(
  trx: Trx,
  turns: readonly Turn[],
  find: FindPeople,
  channelProblems: ChannelProblems,
): Promise<(turn: Turn) => string> {
  const vain = turns.flatMap((turn) => (turn.do === 'end' && !turn.run.reachedAt ? [turn] : []))
  const foundOf = new Map<Turn, ReturnType<FindPeople>>(
    vain.map((turn) => [turn, find(allTargets(turn.policy))]),
  )
  const reach = await readReach(
    trx,
    [...foundOf.values()].flatMap(({ people }) => people.map(({ id }) => id)),
  )
  return (turn) => {
    const { people, problems } = foundOf.get(turn) ?? { people: [], problems: [] }
    const why = ({ id, name }: { id: string; name: string }) =>
      reasonAgainst(name, planFor(reach.get(id), turn.row.urgency, channelProblems))
    return [...new Set([...problems, ...people.map(why)])].join('; ')
  }
}
