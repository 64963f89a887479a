import type { Db } from '../platform/db.ts'

export type TeamMember = { userId: string; isLead: boolean }

/** Of all these teams at once, disabled people too; a team without members, or one that does not exist, is left out. */
export async function membersOfTeams(db: Db, teamIds: readonly string[]): Promise<Map<string, TeamMember[]>> {
  if (teamIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('team_members')
    .select(['team_id', 'user_id', 'is_lead'])
    .where('team_id', 'in', [...new Set(teamIds)])
    .orderBy('user_id')
    .execute()
  const groups = Map.groupBy(rows, ({ team_id }) => team_id)
  return new Map(
    [...groups].map(([teamId, members]) => [
      teamId,
      members.map(({ user_id, is_lead }) => ({ userId: user_id, isLead: is_lead })),
    ]),
  )
}
