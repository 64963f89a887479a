import { sql } from 'kysely'
import type { Urgency } from '#contract/common.ts'
import type { PageCause } from '#contract/pages.ts'
import { readReach } from '../people/reach.ts'
import { listAdministrators } from '../people/store.ts'
import type { Trx } from '../platform/db.ts'
import { createPages } from './create.ts'
import { NEXT_METHOD_AFTER } from './limits.ts'
import type { ChannelProblems } from './plan.ts'

/** A page of somebody who has no other contact method left. */
type Unreached = { id: string; incidentId: string; userId: string; urgency: Urgency; cause: PageCause }

/**
 * Nothing follows the pages of a fallback, or of whoever has an incident: where they reach nobody the administrators are paged. Returns
 * what came of it in words, by incident.
 */
export async function pageAdministrators(
  trx: Trx,
  pages: readonly Unreached[],
  { problems, now }: { problems: ChannelProblems; now: Date },
): Promise<Map<string, string>> {
  const last = pages.filter(({ cause }) => cause === 'fallback' || cause === 'worse')
  const lost = await lostAmong(trx, last)
  const needed = [
    ...new Map(
      last.flatMap((page) => (lost.has(page.id) ? [[page.incidentId, page] as const] : [])),
    ).values(),
  ]
  if (needed.length === 0) return new Map()
  const reach = await readReach(trx, await listAdministrators(trx))
  const requests = needed.flatMap(({ incidentId, userId, urgency }) =>
    [...reach.values()]
      .filter(({ user, methods }) => user.id !== userId && methods.some(({ verifiedAt }) => verifiedAt))
      .map(({ user }) => ({
        ...{
          incidentId,
          userId: user.id,
          urgency,
          cause: 'administrators' as const,
          step: null,
          cycle: null,
        },
      })),
  )
  const paged = (await createPages(trx, requests, now, problems)).filter(({ planned }) => planned > 0)
  return new Map(
    needed.map(({ incidentId }) => [
      incidentId,
      paged.some((page) => page.incidentId === incidentId)
        ? 'The administrators are paged.'
        : 'Nor can an administrator be paged.',
    ]),
  )
}

/** Those beside which nobody is reached for the same reason, and no administrator was paged since. */
async function lostAmong(trx: Trx, pages: readonly Unreached[]): Promise<Set<string>> {
  if (pages.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    with recursive chain as (
      select id as failed, id, in_place_of, created_at from pages where id = any(${pages.map(({ id }) => id)}::uuid[])
      union all
      select c.failed, p.id, p.in_place_of, p.created_at from chain c join pages p on p.id = c.in_place_of
    ), failed as (select failed as id, min(created_at) as since from chain group by failed)
    select f.id from failed f join pages own on own.id = f.id
    where not exists (
      select from pages p where p.incident_id = own.incident_id and p.id <> own.id and p.created_at >= f.since
        and (p.cause = 'administrators' or (p.cause = own.cause
          and (p.status in ('sent', 'delivered', 'seen')
            or (p.status in ('due', 'sending') and p.attempts < ${NEXT_METHOD_AFTER})))))`.execute(trx)
  return new Set(rows.map(({ id }) => id))
}
