import { type Selectable, sql } from 'kysely'
import type { PageQuery } from '#contract/common.ts'
import type { PutTeam, TeamView } from '#contract/teams.ts'
import type { Db, Trx } from '../platform/db.ts'
import { AppError, notFound } from '../platform/errors.ts'
import { isUuid, newId } from '../platform/ids.ts'
import { cursorOfName, nameOfCursor, toPage } from '../platform/pages.ts'
import { isUniqueViolation } from '../platform/retry.ts'
import type { Schema } from '../platform/schema.ts'

export type Team = Selectable<Schema['teams']>
export type TeamMember = { userId: string; isLead: boolean }

/** Of all these teams at once, disabled people too; a team without members, or one that does not exist, is left out. */
export async function membersOfTeams(db: Db, teamIds: readonly string[]): Promise<Map<string, TeamMember[]>> {
  const members = await namedMembers(db, teamIds)
  return new Map(
    [...members].map(([teamId, ofTeam]) => [
      teamId,
      ofTeam.map(({ user_id, is_lead }) => ({ userId: user_id, isLead: is_lead })),
    ]),
  )
}

type NamedMember = {
  team_id: string
  user_id: string
  is_lead: boolean
  name: string
  disabled_at: Date | null
}

/** Leads first, then by name. */
async function namedMembers(db: Db, teamIds: readonly string[]): Promise<Map<string, NamedMember[]>> {
  if (teamIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('team_members')
    .innerJoin('users', 'users.id', 'team_members.user_id')
    .select(['team_id', 'user_id', 'is_lead', 'users.name', 'users.disabled_at'])
    .where('team_id', 'in', [...new Set(teamIds)])
    .orderBy('is_lead', 'desc')
    .orderBy(sql`lower(users.name)`)
    .orderBy('user_id')
    .execute()
  return Map.groupBy(rows, ({ team_id }) => team_id)
}

/** By name, which no two of them share. The cursor is the last name of the page before. */
export async function listTeams(
  db: Db,
  { cursor, limit }: PageQuery,
): Promise<{ items: TeamView[]; nextCursor: string | null }> {
  const after = nameOfCursor(cursor)
  const rows = await db
    .selectFrom('teams')
    .selectAll()
    .$if(after !== null, (query) => query.where(sql`lower(name)`, '>', sql`lower(${after})`))
    .orderBy(sql`lower(name)`)
    .limit(limit + 1)
    .execute()
  const { items, nextCursor } = toPage(
    rows,
    limit,
    ({ name }) => cursorOfName(name),
    (row) => row,
  )
  return { items: await withMembers(db, items), nextCursor }
}

/** Throws `not_found`. */
export async function getTeamView(db: Db, id: string): Promise<TeamView> {
  const row = isUuid(id)
    ? await db.selectFrom('teams').selectAll().where('id', '=', id).executeTakeFirst()
    : undefined
  const [view] = row ? await withMembers(db, [row]) : []
  if (!view) throw notFound('Team')
  return view
}

async function withMembers(db: Db, teams: readonly Team[]): Promise<TeamView[]> {
  const members = await namedMembers(
    db,
    teams.map(({ id }) => id),
  )
  return teams.map(({ id, name, created_at, updated_at }) => ({
    id,
    name,
    members: (members.get(id) ?? []).map((member) => ({
      userId: member.user_id,
      name: member.name,
      lead: member.is_lead,
      disabled: member.disabled_at !== null,
    })),
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
  }))
}

/** By name. */
export async function teamsOf(
  db: Db,
  userId: string,
): Promise<{ id: string; name: string; lead: boolean }[]> {
  return db
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .select(['teams.id', 'teams.name', 'team_members.is_lead as lead'])
    .where('user_id', '=', userId)
    .orderBy(sql`lower(teams.name)`)
    .execute()
}

export async function insertTeam(trx: Trx, name: string, now: Date): Promise<Team> {
  return orNameTaken(
    name,
    trx
      .insertInto('teams')
      .values({ id: newId(now), name, created_at: now, updated_at: now })
      .returningAll()
      .executeTakeFirstOrThrow(),
  )
}

export async function saveTeam(trx: Trx, id: string, name: string, now: Date): Promise<void> {
  await orNameTaken(
    name,
    trx.updateTable('teams').set({ name, updated_at: now }).where('id', '=', id).execute(),
  )
}

async function orNameTaken<Result>(name: string, query: Promise<Result>): Promise<Result> {
  try {
    return await query
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const message = `There is a team called "${name}" already. Choose another name.`
    throw new AppError('name_taken', message, { errors: [{ path: 'name', message }] })
  }
}

/** Holds the team against everybody who changes or names it. Throws `not_found`. */
export async function lockTeam(trx: Trx, id: string): Promise<Team> {
  const row = isUuid(id)
    ? await trx.selectFrom('teams').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
    : undefined
  if (!row) throw notFound('Team')
  return row
}

export async function replaceMembers(trx: Trx, teamId: string, members: PutTeam['members']): Promise<void> {
  await trx.deleteFrom('team_members').where('team_id', '=', teamId).execute()
  if (members.length === 0) return
  await trx
    .insertInto('team_members')
    .values(members.map(({ userId, lead }) => ({ team_id: teamId, user_id: userId, is_lead: lead })))
    .execute()
}

/** The members go with it. */
export async function deleteTeamRow(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('teams').where('id', '=', id).execute()
}
