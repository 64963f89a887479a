import type { Role } from '#contract/people.ts'
import { addSeconds } from '../platform/clock.ts'
import type { Db, Trx } from '../platform/db.ts'
import { PROLONG_AFTER_SECONDS, SESSION_SECONDS } from './session-cookie.ts'

const SEEN_EVERY_SECONDS = 60

/** Somebody who is signed in, in one browser. */
export type Session = {
  id: string
  user: { id: string; name: string; role: Role }
  /** The session is in use and its end should be moved. */
  shouldProlong: boolean
  shouldNoteSeen: boolean
}

/** The session of this token, unless it has expired or its person was disabled. */
export async function findSession(db: Db, token: string, now: Date): Promise<Session | null> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['sessions.id', 'sessions.updated_at'])
    .select(['users.id as user_id', 'users.name', 'users.role', 'users.last_seen_at'])
    .where('sessions.token', '=', token)
    .where('sessions.expires_at', '>', now)
    .where('users.disabled_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  return {
    id: row.id,
    user: { id: row.user_id, name: row.name, role: row.role },
    shouldProlong: row.updated_at <= addSeconds(now, -PROLONG_AFTER_SECONDS),
    shouldNoteSeen: !row.last_seen_at || row.last_seen_at <= addSeconds(now, -SEEN_EVERY_SECONDS),
  }
}

export async function prolongSession(db: Db, id: string, now: Date): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ updated_at: now, expires_at: addSeconds(now, SESSION_SECONDS) })
    .where('id', '=', id)
    .execute()
}

/** Notes that somebody is here. */
export async function noteSeen(db: Db, userId: string, now: Date): Promise<void> {
  await db.updateTable('users').set({ last_seen_at: now }).where('id', '=', userId).execute()
}

/** Signs somebody out everywhere, but in the session to keep. */
export async function endSessions(
  trx: Trx,
  userId: string,
  keepSessionId: string | null = null,
): Promise<void> {
  await trx
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .$if(keepSessionId !== null, (query) => query.where('id', '!=', keepSessionId ?? ''))
    .execute()
}
