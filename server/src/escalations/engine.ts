import type { Deps } from '../deps.ts'
import { type ChannelProblems, planFor } from '../notifications/plan.ts'
import { readProblems } from '../notifications/problems.ts'
import { readReach } from '../people/reach.ts'
import { addSeconds } from '../platform/clock.ts'
import type { Trx } from '../platform/db.ts'
import { notify } from '../platform/live.ts'
import { retryOnConflict } from '../platform/retry.ts'
import { type PolicyVersion, readPolicyVersions, versionKey } from '../services/policies.ts'
import { type Attempted, attemptAll, findAdministrators } from './attempts.ts'
import { type FindPeople, peopleFinder } from './people.ts'
import { needsAdministrators, record } from './record.ts'
import { type DueEscalation, lockDue, lockLate, readVersionTimes, writeTurns } from './store.ts'
import { allTargets, attemptOf, type Turn, targetsOfTurn, turnOf } from './turns.ts'
import { reasonAgainst } from './words.ts'

/** So many incidents at a time: alerts about one of them wait for that long. */
const BATCH = 200
/** What others have held for so long whenever somebody looked is waited for. */
const LATE_SECONDS = 3
const LATE_BATCH = 20

/** Takes the next step of the incidents that are due; returns how many, and is called until there are none. */
export async function runDueEscalations(deps: Deps, now: Date): Promise<number> {
  const problems = await readProblems(deps)
  const ids = await retryOnConflict(() =>
    deps.db.transaction().execute((trx) => takeTurns(trx, problems, now)),
  )
  if (ids.length > 0) deps.live.tell({ kind: 'incidents', ids })
  return ids.length
}

async function lockTurns(trx: Trx, now: Date): Promise<DueEscalation[]> {
  const due = await lockDue(trx, now, BATCH)
  return due.length > 0 ? due : lockLate(trx, now, addSeconds(now, -LATE_SECONDS), LATE_BATCH)
}

async function takeTurns(trx: Trx, problems: ChannelProblems, now: Date): Promise<string[]> {
  const due = await lockTurns(trx, now)
  if (due.length === 0) return []
  const policyOf = await policyReader(trx, due)
  const turns = due.map((row) => turnOf(row, policyOf(row), now))
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
  const ids = due.map(({ incidentId }) => incidentId)
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
