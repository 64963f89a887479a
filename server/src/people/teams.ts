import type { PutTeam, TeamView, UpdateTeam } from '#contract/teams.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import type { Trx } from '../platform/db.ts'
import { AppError, type FieldError } from '../platform/errors.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { findPresentUsers } from './store.ts'
import { deleteTeamRow, getTeamView, insertTeam, lockTeam, replaceMembers, saveTeam } from './teams-store.ts'
import { refuseUsedTeam } from './usage.ts'

const auditTarget = ({ id, name }: { id: string; name: string }) => ({ type: 'team', id, name })
const wordsOf = ({ members }: TeamView) => members.map(({ name, lead }) => (lead ? `${name} (lead)` : name))

/** Throws `name_taken`, and `invalid_request` for members who do not exist. */
export async function createTeam(
  deps: Deps,
  principal: Principal | null,
  { name, members }: PutTeam,
): Promise<TeamView> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const { id } = await insertTeam(trx, name, now)
    await setMembers(trx, id, members)
    const team = await getTeamView(trx, id)
    await recordAudit(trx, principal, now, {
      action: 'team.created',
      target: auditTarget(team),
      data: { members: wordsOf(team) },
    })
    return team
  })
}

/** Changes the fields that are given; `members` replaces all of them. */
export async function updateTeam(
  deps: Deps,
  principal: Principal | null,
  id: string,
  { name, members }: UpdateTeam,
): Promise<TeamView> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    await lockTeam(trx, id)
    const before = await getTeamView(trx, id)
    await saveTeam(trx, id, name ?? before.name, now)
    if (members) await setMembers(trx, id, members)
    const after = await getTeamView(trx, id)
    await recordAudit(trx, principal, now, {
      action: 'team.updated',
      target: auditTarget(after),
      data: changesOf(before, after),
    })
    return after
  })
}

const changesOf = (before: TeamView, after: TeamView) => ({
  ...(before.name === after.name ? {} : { name: { from: before.name, to: after.name } }),
  ...(JSON.stringify(before.members) === JSON.stringify(after.members)
    ? {}
    : { members: { from: wordsOf(before), to: wordsOf(after) } }),
})

/** Throws `conflict` that names the escalation policies that page it. */
export async function deleteTeam(deps: Deps, principal: Principal | null, id: string): Promise<void> {
  demand(principal, 'configure')
  await changeConfiguration(deps, async (trx) => {
    const team = await lockTeam(trx, id)
    await refuseUsedTeam(trx, team)
    await deleteTeamRow(trx, id)
    await recordAudit(trx, principal, deps.clock.now(), {
      action: 'team.deleted',
      target: auditTarget(team),
    })
  })
}

async function setMembers(trx: Trx, teamId: string, given: PutTeam['members']): Promise<void> {
  const members = given.map(({ userId, lead }) => ({ userId: userId.toLowerCase(), lead }))
  const ids = members.map(({ userId }) => userId)
  const present = new Set((await findPresentUsers(trx, ids)).map(({ id }) => id))
  const errors = members.flatMap(({ userId }, index): FieldError[] => {
    const path = `members.${index}.userId`
    if (!present.has(userId)) return [{ path, message: 'There is no such person' }]
    return ids.indexOf(userId) < index ? [{ path, message: 'is in the list twice' }] : []
  })
  if (errors.length > 0) {
    throw new AppError('invalid_request', 'The team names people who do not exist, or twice.', { errors })
  }
  await replaceMembers(trx, teamId, members)
}
