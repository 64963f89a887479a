import { sql } from 'kysely'
import type { Coverage } from '#contract/coverage.ts'
import type { EscalationTarget } from '#contract/escalation-policies.ts'
import type { Deps } from '../deps.ts'
import { asSentence, reasonAgainst } from '../escalations/words.ts'
import { planFor } from '../notifications/plan.ts'
import { readProblems } from '../notifications/problems.ts'
import { shiftsOf } from '../oncall/model.ts'
import { loadSchedules } from '../oncall/on-call.ts'
import { readSchedules } from '../oncall/store.ts'
import { readReach } from '../people/reach.ts'
import { membersOfTeams } from '../people/teams-store.ts'
import type { Db } from '../platform/db.ts'
import { readTargetNames } from '../services/policies.ts'
import { type Blind, gapsOf, type Ways } from './model.ts'

const DAY_MS = 24 * 60 * 60_000
/** Whether anybody can be reached is the same at every urgency: where no rule leads to somebody, all that works is used. */
const ANY_URGENCY = 'high'

/** For every service and every instant of the coming days whether its policy reaches anybody, and where not, why. */
export async function readCoverage(deps: Deps, days: number, now: Date): Promise<Coverage> {
  const window = { start: now.getTime(), end: now.getTime() + days * DAY_MS }
  const services = await readServices(deps.db)
  const targetsOf = new Map(services.map(({ policyId, targets }) => [policyId, targets]))
  const ways = await readWays(deps, [...targetsOf.values()].flat(), window)
  const gapsOfPolicy = new Map<string | null, Blind[]>([
    [null, [{ ...window, causes: ['no escalation policy'] }]],
  ])
  for (const [policyId, targets] of targetsOf)
    if (policyId !== null) gapsOfPolicy.set(policyId, gapsOf(targets, ways, window))

  return {
    from: now.toISOString(),
    to: new Date(window.end).toISOString(),
    services: services.length,
    gaps: services.flatMap(({ id, name, policyId }) =>
      (gapsOfPolicy.get(policyId) ?? []).map(({ start, end, causes }) => ({
        ...{ serviceId: id, serviceName: name, cause: asSentence(causes.join('; ')).slice(0, -1) },
        ...{ start: new Date(start).toISOString(), end: new Date(end).toISOString() },
      })),
    ),
  }
}

type ServiceRow = { id: string; name: string; policyId: string | null; targets: EscalationTarget[] }

/** By name, with everybody whom the steps of their policies name. */
async function readServices(db: Db): Promise<ServiceRow[]> {
  const { rows } = await sql<ServiceRow>`
    select s.id, s.name, s.escalation_policy_id as "policyId",
      coalesce(jsonb_path_query_array(v.steps, '$[*].targets[*]'), '[]') as targets
    from services s
    left join escalation_policies p on p.id = s.escalation_policy_id
    left join escalation_policy_versions v on v.policy_id = p.id and v.version = p.version
    where s.deleted_at is null order by lower(s.name)`.execute(db)
  return rows
}

async function readWays(
  deps: Deps,
  targets: readonly EscalationTarget[],
  window: { start: number; end: number },
): Promise<Ways> {
  const { db } = deps
  const idsOf = (wanted: EscalationTarget['type']) => [
    ...new Set(targets.flatMap(({ type, id }) => (type === wanted ? [id] : []))),
  ]
  const names = await readTargetNames(db, targets)
  const schedules = await loadSchedules(
    db,
    await readSchedules(db, idsOf('schedule')),
    new Date(window.start),
    new Date(window.end),
  )
  const shifts = new Map(schedules.map(({ id, model }) => [id, shiftsOf(model, window)]))
  const members = await membersOfTeams(db, idsOf('team'))
  const reach = await readReach(db, [
    ...idsOf('user'),
    ...[...shifts.values()].flatMap((all) => all.flatMap(({ userIds }) => userIds)),
    ...[...members.values()].flatMap((all) => all.map(({ userId }) => userId)),
  ])
  const problems = await readProblems(deps)
  const obstacles = new Map(
    [...reach].map(([id, of]) => {
      const plan = planFor(of, ANY_URGENCY, problems)
      return [id, plan.planned.length > 0 ? null : reasonAgainst(of.user.name, plan)]
    }),
  )
  const nameOf = (id: string) => names.get(id) ?? 'what was deleted'
  return {
    obstacleOf: (id) => (obstacles.has(id) ? obstacles.get(id)! : 'Somebody was deleted'),
    membersOf: (id) => ({ name: nameOf(id), members: members.get(id) ?? [] }),
    shiftsOf: (id) => ({ name: nameOf(id), shifts: shifts.get(id) ?? [] }),
  }
}
