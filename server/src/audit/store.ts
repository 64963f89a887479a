import type { JsonObject, PageQuery } from '#contract/common.ts'
import type { AuditEntry } from '#contract/people.ts'
import type { Db, Trx } from '../platform/db.ts'
import { newId } from '../platform/ids.ts'
import { idOf, idOfCursor, toPage } from '../platform/pages.ts'
import type { Principal } from '../platform/principal.ts'

/** What was done, to what, and what changed. `data` never holds a secret: whoever reads the log may know all of it. */
export type AuditRecord = {
  /** `noun.verb`, e.g. `integration.updated`. */
  action: string
  target: { type: string; id: string; name: string }
  data?: JsonObject
}

/** Writes one line of the audit log, in the transaction of the change itself: neither is there without the other. */
export async function recordAudit(
  trx: Trx,
  { actor, ip }: Pick<Principal, 'actor' | 'ip'>,
  now: Date,
  { action, target, data = {} }: AuditRecord,
): Promise<void> {
  await trx
    .insertInto('audit_log')
    .values({
      id: newId(now),
      at: now,
      actor: JSON.stringify(actor),
      action,
      target: JSON.stringify(target),
      data: JSON.stringify(data),
      ip,
    })
    .execute()
}

/** One page, newest first. The cursor is the last id of the page before. */
export async function listAudit(
  db: Db,
  { cursor, limit }: PageQuery,
): Promise<{ items: AuditEntry[]; nextCursor: string | null }> {
  const before = idOfCursor(cursor)
  const rows = await db
    .selectFrom('audit_log')
    .selectAll()
    .$if(before !== null, (query) => query.where('id', '<', before))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, idOf, (row) => ({ ...row, at: row.at.toISOString() }))
}
