import type { EscalationStep, EscalationTarget } from '#contract/escalation-policies.ts'
import type { Trx } from '../platform/db.ts'
import { AppError, type FieldError } from '../platform/errors.ts'
import { isUuid } from '../platform/ids.ts'

type Named = Pick<EscalationTarget, 'type' | 'id'>

/** Every target of a policy, with where in the request it stands. */
export const targetsOf = (
  steps: readonly EscalationStep[],
  fallback: readonly EscalationTarget[] | null,
): { target: EscalationTarget; path: string }[] => [
  ...steps.flatMap(({ targets }, step) =>
    targets.map((target, index) => ({ target, path: `steps.${step}.targets.${index}.id` })),
  ),
  ...(fallback ?? []).map((target, index) => ({ target, path: `fallback.${index}.id` })),
]

const NOUNS = { user: 'person', schedule: 'schedule', team: 'team' } as const

/** Holds what a policy points to against deletion. Throws `invalid_request` that names every target that does not exist. */
export async function holdTargets(
  trx: Trx,
  targets: readonly { target: Named; path: string }[],
): Promise<void> {
  const idsOf = (wanted: Named['type']) => [
    ...new Set(
      targets.flatMap(({ target: { type, id } }) =>
        type === wanted && isUuid(id) ? [id.toLowerCase()] : [],
      ),
    ),
  ]
  const present = new Set([
    ...(await findPresent(trx, 'users', idsOf('user'))).map((id) => `user ${id}`),
    ...(await findPresent(trx, 'schedules', idsOf('schedule'))).map((id) => `schedule ${id}`),
    ...(await findPresent(trx, 'teams', idsOf('team'))).map((id) => `team ${id}`),
  ])
  const errors = targets.flatMap(({ target, path }): FieldError[] =>
    present.has(`${target.type} ${target.id.toLowerCase()}`)
      ? []
      : [{ path, message: `There is no such ${NOUNS[target.type]}; it may have been deleted` }],
  )
  if (errors.length === 0) return
  throw new AppError('invalid_request', 'The policy points to what does not exist or was deleted.', {
    errors,
  })
}

async function findPresent(
  trx: Trx,
  table: 'users' | 'schedules' | 'teams',
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await trx
    .selectFrom(table)
    .select('id')
    .where('id', 'in', [...ids])
    .$if(table === 'users', (query) => query.where('deleted_at' as 'id', 'is', null))
    .orderBy('id')
    .forKeyShare()
    .execute()
  return rows.map(({ id }) => id)
}
