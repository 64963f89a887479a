import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { IssueChange } from '../integrations/sentry/client.ts'
import type { Db } from '../platform/db.ts'
import type { SentryWriting } from '../platform/schema.ts'

const KEPT = 20

type Written = Omit<SentryWriting, 'at'>

/** As Sentry reports a change. */
export const writingsOf = ({ status, assignedTo }: IssueChange): Written[] => [
  ...(status
    ? [{ what: 'status' as const, value: status.startsWith('resolved') ? 'resolved' : status }]
    : []),
  ...(assignedTo ? [{ what: 'assignee' as const, value: assignedTo.toLowerCase() }] : []),
]

/** Comments are long, and come back with other spaces and cut. */
export const digestOf = (text: string): string =>
  createHash('sha256')
    .update(text.replace(/[\s\p{C}]+/gu, '').slice(0, 500))
    .digest('base64url')

type Key = { integrationId: string; dedupKey: string }

/** Remembers what is about to be written, so that the message with which Sentry reports it is known as an echo. */
export async function noteWriting(
  db: Db,
  { integrationId, dedupKey }: Key,
  written: readonly Written[],
  now: Date,
): Promise<void> {
  const writings = written.map((one) => ({ ...one, at: now.toISOString() }))
  await sql`
    update sentry_issues set written = (
      select coalesce(jsonb_agg(w order by n), '[]') from (
        select w, n from jsonb_array_elements(${JSON.stringify(writings)}::jsonb || written) with ordinality as x(w, n)
        order by n limit ${KEPT}
      ) as newest)
    where integration_id = ${integrationId} and dedup_key = ${dedupKey}`.execute(db)
}

/** Whether it was begun to be written before, since then. */
export async function findWriting(db: Db, key: Key, { what, value }: Written, since: Date): Promise<boolean> {
  const written = await readWritten(db, key)
  return written.some(
    (one) => one.what === what && one.value === value && Date.parse(one.at) >= since.getTime(),
  )
}

/** What OpsKnight has lately begun to write of an issue. */
export async function readWritten(
  db: Db,
  { integrationId, dedupKey }: Key,
): Promise<readonly SentryWriting[]> {
  const row = await db
    .selectFrom('sentry_issues')
    .select('written')
    .where('integration_id', '=', integrationId)
    .where('dedup_key', '=', dedupKey)
    .executeTakeFirst()
  return row?.written ?? []
}
