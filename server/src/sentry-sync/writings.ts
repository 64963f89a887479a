import { sql } from 'kysely'
import type { IssueChange } from '../integrations/sentry/client.ts'
import type { Db } from '../platform/db.ts'
import type { SentryWriting } from '../platform/schema.ts'

const KEPT = 10

/** Remembers what is about to be written, so that the message with which Sentry reports it is known as an echo. */
export async function noteWriting(
  db: Db,
  { integrationId, dedupKey }: { integrationId: string; dedupKey: string },
  { status, assignedTo }: IssueChange,
  now: Date,
): Promise<void> {
  const at = now.toISOString()
  const writings: SentryWriting[] = [
    ...(status ? [{ what: 'status' as const, value: status, at }] : []),
    ...(assignedTo ? [{ what: 'assignee' as const, value: assignedTo, at }] : []),
  ]
  await sql`
    update sentry_issues set written = (
      select coalesce(jsonb_agg(w order by n), '[]') from (
        select w, n from jsonb_array_elements(${JSON.stringify(writings)}::jsonb || written) with ordinality as x(w, n)
        order by n limit ${KEPT}
      ) as newest)
    where integration_id = ${integrationId} and dedup_key = ${dedupKey}`.execute(db)
}
