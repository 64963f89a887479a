import type { Trx } from '../platform/db.ts'
import { AppError, type FieldError } from '../platform/errors.ts'

type Named = { id: string; name: string }

/** Throws `conflict` that names the schedules and escalation policies that page this person. */
export async function refuseUsedPerson(trx: Trx, person: Named, now: Date): Promise<void> {
  const errors = [
    ...(await rotationsWith(trx, person.id)).map((name) => use('schedule', name, 'has them in a rotation')),
    ...(await overridesWith(trx, person.id, now)).map((name) =>
      use('schedule', name, 'has them in an override that is not over'),
    ),
    ...(await policiesWith(trx, 'user_id', person.id)).map((name) =>
      use('escalation policy', name, 'pages them'),
    ),
  ]
  refuse(person, errors)
}

/** The same of a team. */
export async function refuseUsedTeam(trx: Trx, team: Named): Promise<void> {
  const names = await policiesWith(trx, 'team_id', team.id)
  refuse(
    team,
    names.map((name) => use('escalation policy', name, 'pages it')),
  )
}

const use = (path: string, name: string, how: string): FieldError => ({
  path,
  message: `The ${path} "${name}" ${how}`,
})

function refuse({ name }: Named, errors: FieldError[]): void {
  if (errors.length === 0) return
  const uses = errors.map(({ message }) => message).join('. ')
  throw new AppError('conflict', `"${name}" is still used. ${uses}. Change that first.`, { errors })
}

async function rotationsWith(trx: Trx, userId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('rotation_members')
    .innerJoin('rotations', 'rotations.id', 'rotation_members.rotation_id')
    .innerJoin('schedules', 'schedules.id', 'rotations.schedule_id')
    .select('schedules.name')
    .distinct()
    .where('rotation_members.user_id', '=', userId)
    .orderBy('schedules.name')
    .execute()
  return rows.map(({ name }) => name)
}

async function overridesWith(trx: Trx, userId: string, now: Date): Promise<string[]> {
  const rows = await trx
    .selectFrom('schedule_overrides')
    .innerJoin('schedules', 'schedules.id', 'schedule_overrides.schedule_id')
    .select('schedules.name')
    .distinct()
    .where('schedule_overrides.user_id', '=', userId)
    .where('schedule_overrides.end_at', '>', now)
    .orderBy('schedules.name')
    .execute()
  return rows.map(({ name }) => name)
}

async function policiesWith(trx: Trx, column: 'user_id' | 'team_id', id: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('escalation_policy_targets')
    .innerJoin('escalation_policies', 'escalation_policies.id', 'escalation_policy_targets.policy_id')
    .select('escalation_policies.name')
    .distinct()
    .where(`escalation_policy_targets.${column}`, '=', id)
    .where('escalation_policies.deleted_at', 'is', null)
    .orderBy('escalation_policies.name')
    .execute()
  return rows.map(({ name }) => name)
}
