import { sql } from 'kysely'
import type { Channel } from '#contract/channels.ts'
import type { Actor, JsonObject } from '#contract/common.ts'
import type { TimelineKind } from '#contract/incidents.ts'
import type { Trx } from '../platform/db.ts'

const SYSTEM: Actor = { kind: 'system', id: null, name: 'OpsKnight' }

/** What happened to a page, as the timeline of its incident tells it. */
export type PageEntry = {
  kind: Extract<TimelineKind, 'page_sent' | 'page_failed' | 'page_seen'>
  incidentId: string | null
  text: string | null
  page: { id: string; userId: string; channel: Channel | null; address: string | null }
  more?: JsonObject
}

/** Writes them all at once, with the names of the people. A page that is about no incident has no timeline. */
export async function appendPageEntries(trx: Trx, entries: readonly PageEntry[], at: Date): Promise<void> {
  const rows = entries
    .filter(({ incidentId }) => incidentId !== null)
    .map(({ kind, incidentId, text, page: { id, userId, channel, address }, more }, n) => ({
      ...{ n, kind, incidentId, text, userId },
      data: { pageId: id, userId, channel, address, ...more },
    }))
  if (rows.length === 0) return
  await sql`
    insert into timeline_entries (incident_id, at, kind, actor, text, data)
    select x."incidentId", ${at}, x.kind, ${JSON.stringify(SYSTEM)}::jsonb, x.text,
      x.data || jsonb_build_object('userName', u.name)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as x(n int, "incidentId" uuid, kind text, text text, "userId" uuid, data jsonb)
    cross join lateral (select name from users where id = x."userId" limit 1) u
    order by x.n`.execute(trx)
}
