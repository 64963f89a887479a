import { sql } from 'kysely'
import type { Db, Trx } from '../platform/db.ts'
import { newSecret } from '../platform/ids.ts'
import { sha256 } from '../platform/secrets.ts'

/** What a calendar is about: a schedule, by an address of whoever made it, or all shifts of a person. */
export type FeedSubject =
  | { kind: 'schedule'; id: string; madeBy: string | null }
  | { kind: 'person'; id: string; madeBy: string | null }

/** A new secret for the subject's address; the one before leads nowhere from now on. Only a hash is kept. */
export async function replaceFeed(trx: Trx, subject: FeedSubject, now: Date): Promise<string> {
  await deleteFeed(trx, subject)
  const token = newSecret()
  await trx
    .insertInto('calendar_feeds')
    .values({
      token_hash: sha256(token),
      schedule_id: subject.kind === 'schedule' ? subject.id : null,
      user_id: subject.kind === 'person' ? subject.id : null,
      created_by: subject.madeBy,
      created_at: now,
    })
    .execute()
  return token
}

export async function deleteFeed(trx: Trx, subject: FeedSubject): Promise<boolean> {
  const { numDeletedRows } = await trx.deleteFrom('calendar_feeds').where(isOf(subject)).executeTakeFirst()
  return numDeletedRows > 0n
}

export async function findFeedDate(db: Db, subject: FeedSubject): Promise<Date | null> {
  const row = await db
    .selectFrom('calendar_feeds')
    .select('created_at')
    .where(isOf(subject))
    .executeTakeFirst()
  return row?.created_at ?? null
}

/** Everybody has an address of their own for a schedule (API keys share one), and each person one for their shifts. */
const isOf = ({ kind, id, madeBy }: FeedSubject) =>
  kind === 'person'
    ? sql<boolean>`user_id = ${id}`
    : sql<boolean>`schedule_id = ${id} and created_by is not distinct from ${madeBy}::uuid`

/** What the secret leads to; null when it is unknown, or whoever made it or whom it is about is gone. */
export async function findFeed(
  db: Db,
  token: string,
): Promise<{ scheduleId: string | null; userId: string | null } | null> {
  const row = await db
    .selectFrom('calendar_feeds as f')
    .leftJoin('users as maker', 'maker.id', 'f.created_by')
    .leftJoin('users as person', 'person.id', 'f.user_id')
    .select(['f.schedule_id', 'f.user_id'])
    .where('token_hash', '=', sha256(token))
    .where(
      sql<boolean>`coalesce(maker.disabled_at, maker.deleted_at, person.disabled_at, person.deleted_at) is null`,
    )
    .executeTakeFirst()
  return row ? { scheduleId: row.schedule_id, userId: row.user_id } : null
}
