import type { Stretch } from './stretches.ts'

export type Override = Stretch & {
  /** Null: nobody. */
  userId: string | null
  /** Only this person's part is replaced; null: everybody's. */
  replaces: string | null
  /** Beside whoever is on call, in nobody's place. */
  beside: boolean
}

export type OnCall = { userIds: readonly string[]; source: 'rotation' | 'override' }

/**
 * Who is on call at one moment. `turns` are the people whose turn it is, that of the uppermost rotation first;
 * `overrides` are those in force, the oldest first. Somebody who is gone leaves their turn to the rotation below; an
 * override in favour of somebody who is gone is none.
 */
export function peopleAt(
  turns: readonly string[],
  overrides: readonly Override[],
  isGone: (userId: string) => boolean,
): OnCall {
  const present = turns.findIndex((userId) => !isGone(userId))
  const planned = present === -1 ? [] : turns.slice(present, present + 1)
  const gone = present === -1 ? turns : turns.slice(0, present)
  let userIds: readonly string[] = planned
  for (const override of overrides) {
    if (override.userId === null || !isGone(override.userId))
      userIds = apply(override, userIds, planned, gone)
  }
  return { userIds, source: areSame(userIds, planned) ? 'rotation' : 'override' }
}

function apply(
  { userId, replaces, beside }: Override,
  userIds: readonly string[],
  planned: readonly string[],
  gone: readonly string[],
): readonly string[] {
  const instead = userId === null ? [] : [userId]
  if (beside) return unique([...userIds, ...instead])
  if (replaces === null) return instead
  if (userIds.includes(replaces)) return unique(userIds.flatMap((id) => (id === replaces ? instead : [id])))
  // Who stands in for somebody who has gone since is still needed, before the rotation below.
  if (gone.includes(replaces) && userId !== null)
    return unique([userId, ...userIds.filter((id) => !planned.includes(id))])
  return userIds
}

const unique = (userIds: readonly string[]): string[] => [...new Set(userIds)]

export const areSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((userId, index) => userId === b[index])
