import type { EscalationTarget } from '#contract/escalation-policies.ts'
import { whoIsOnCall } from '../oncall/on-call.ts'
import { membersOfTeams } from '../people/teams-store.ts'
import type { Db } from '../platform/db.ts'
import { readTargetNames } from '../services/policies.ts'

/** Who stands behind some targets at a time, and why nobody stands behind others. */
export type Found = { people: { id: string; name: string }[]; problems: string[] }
export type FindPeople = (targets: readonly EscalationTarget[]) => Found

type Person = { id: string; name: string; isDisabled: boolean }

/** Answers for all these targets out of a handful of queries. */
export async function peopleFinder(
  db: Db,
  targets: readonly EscalationTarget[],
  now: Date,
): Promise<FindPeople> {
  const idsOf = (wanted: EscalationTarget['type']) => [
    ...new Set(targets.flatMap(({ type, id }) => (type === wanted ? [id] : []))),
  ]
  const names = await readTargetNames(db, targets)
  const onCall = await whoIsOnCall(db, idsOf('schedule'), now)
  const members = await membersOfTeams(db, idsOf('team'))
  const people = await readPeople(db, [
    ...idsOf('user'),
    ...[...onCall.values()].flat(),
    ...[...members.values()].flat().map(({ userId }) => userId),
  ])

  const behind = (target: EscalationTarget): { ids: string[]; problem: string | null } => {
    const name = names.get(target.id)
    if (name === undefined) return { ids: [], problem: `the ${NOUNS[target.type]} was deleted` }
    if (target.type === 'user') return { ids: [target.id], problem: null }
    if (target.type === 'schedule') {
      const ids = onCall.get(target.id) ?? []
      return { ids, problem: ids.length > 0 ? null : `nobody is on call in ${name}` }
    }
    const ids = (members.get(target.id) ?? [])
      .filter(({ isLead }) => isLead || !target.leadsOnly)
      .map(({ userId }) => userId)
    const nobody = target.leadsOnly ? `nobody leads ${name}` : `${name} has no members`
    return { ids, problem: ids.length > 0 ? null : nobody }
  }
  return (wanted) => {
    const found = wanted.map(behind)
    const all = [...new Set(found.flatMap(({ ids }) => ids))].flatMap((id) => people.get(id) ?? [])
    return {
      people: all.filter(({ isDisabled }) => !isDisabled).map(({ id, name }) => ({ id, name })),
      problems: [
        ...found.flatMap(({ problem }) => problem ?? []),
        ...all.filter(({ isDisabled }) => isDisabled).map(({ name }) => `${name} is disabled`),
      ],
    }
  }
}

const NOUNS = { user: 'person', schedule: 'schedule', team: 'team' } as const

export async function readPeople(db: Db, ids: readonly string[]): Promise<Map<string, Person>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('users')
    .select(['id', 'name', 'disabled_at', 'deleted_at'])
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(
    rows.map(({ id, name, disabled_at, deleted_at }) => [
      id,
      { id, name, isDisabled: disabled_at !== null || deleted_at !== null },
    ]),
  )
}
