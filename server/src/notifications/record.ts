import { sql } from 'kysely'
import type { SendOutcome } from '../channels/types.ts'
import type { Deps } from '../deps.ts'
import { addSeconds } from '../platform/clock.ts'
import type { Trx } from '../platform/db.ts'
import { notify } from '../platform/live.ts'
import { retryOnConflict } from '../platform/retry.ts'
import { type FailedPage, goOnWithout } from './go-on.ts'
import { incidentsOf, isOver, lockStandings, messagesAbout } from './incidents-of.ts'
import type { Leased, LeasedPage } from './lease.ts'
import { ATTEMPTS_MAX, LEASE_MS, NEXT_METHOD_AFTER, PATIENCE_SECONDS, pauseAfter } from './limits.ts'
import type { ChannelProblems } from './plan.ts'
import { appendPageEntries } from './timeline.ts'

type RecordDeps = Pick<Deps, 'db' | 'live'>

/** Writes down what became of a message, and what follows from it. */
export async function recordOutcome(
  deps: RecordDeps,
  leased: Leased,
  outcome: SendOutcome,
  { problems, now }: { problems: ChannelProblems; now: Date },
): Promise<void> {
  const incidentIds = incidentsOf(leased.pages)
  await retryOnConflict(() =>
    deps.db.transaction().execute(async (trx) => {
      if (outcome.outcome === 'sent') await recordSent(trx, leased, outcome, now)
      else await recordTrouble(trx, leased, outcome, { problems, now })
      await notify(trx, messagesAbout(incidentIds))
    }),
  )
  for (const message of messagesAbout(incidentIds)) deps.live.tell(message)
}

/** Whatever happened meanwhile: that it is sent is true. */
async function recordSent(
  trx: Trx,
  { pages }: Leased,
  { providerId, delivered }: Extract<SendOutcome, { outcome: 'sent' }>,
  now: Date,
): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update pages set status = case when seen_at is null then ${delivered ? 'delivered' : 'sent'} else 'seen' end, next_attempt_at = null, reason = null, sent_at = ${now},
      delivered_at = ${delivered ? now : null}, provider_id = ${providerId ?? null}
    where id = any(${pages.map(({ id }) => id)}::uuid[]) and status in ('sending', 'due', 'failed', 'cancelled')
    returning id`.execute(trx)
  const written = new Set(rows.map(({ id }) => id))
  const sent = pages.filter(({ id }) => written.has(id))
  const entries = sent.map((page) => ({
    ...{ kind: 'page_sent' as const, incidentId: page.incidentId, page, text: null },
    more: sent.length > 1 ? { together: sent.length } : {},
  }))
  await appendPageEntries(trx, entries, now)
}

type Trouble = Exclude<SendOutcome, { outcome: 'sent' }>

async function recordTrouble(
  trx: Trx,
  leased: Leased,
  outcome: Trouble,
  { problems, now }: { problems: ChannelProblems; now: Date },
): Promise<void> {
  const incidents = await lockStandings(trx, incidentsOf(leased.pages))
  const verdicts = leased.pages.map((page) => verdictOn(page, leased, outcome, isOver(page, incidents), now))
  const mine = await writeVerdicts(trx, verdicts, leased.until)
  const failed = verdicts.flatMap(({ page, usesNext, status }) =>
    usesNext && page.incidentId !== null && mine.has(page.id)
      ? [{ ...page, incidentId: page.incidentId, isFinal: status === 'failed' } satisfies FailedPage]
      : [],
  )
  await goOnWithout(trx, failed, { reason: outcome.reason, problems, now })
}

type Verdict = {
  page: LeasedPage
  status: 'due' | 'failed' | 'cancelled'
  reason: string
  nextAttemptAt: Date | null
  handedOver: boolean
  usesNext: boolean
}

/** What becomes of a page whose message did not get through. */
function verdictOn(
  page: LeasedPage,
  { until }: Leased,
  outcome: Trouble,
  isOver: boolean,
  now: Date,
): Verdict {
  const { reason } = outcome
  const ended = { page, reason, nextAttemptAt: null, handedOver: true }
  if (outcome.outcome === 'failed' || page.attempts >= ATTEMPTS_MAX)
    return { ...ended, status: 'failed', usesNext: !isOver }
  if (isOver)
    return { ...ended, status: 'cancelled', reason: `${reason}; nobody needs it any more`, usesNext: false }
  const { afterSeconds = 0, refused = false } = outcome
  const waited = page.nextAttemptAt.getTime() > until.getTime() - LEASE_MS
  return {
    ...{ page, reason, status: 'due', handedOver: page.handedOver || !refused },
    // One that went along with others before its time keeps it.
    nextAttemptAt: waited ? page.nextAttemptAt : addSeconds(now, pauseAfter(page.attempts, afterSeconds)),
    usesNext: !waited && (page.attempts === NEXT_METHOD_AFTER || afterSeconds > PATIENCE_SECONDS),
  }
}

/** Returns the pages that were still ours to judge: a lease that ran out may be somebody else's by now. */
async function writeVerdicts(trx: Trx, verdicts: readonly Verdict[], until: Date): Promise<Set<string>> {
  const given = verdicts.map(({ page, ...verdict }) => ({ id: page.id, ...verdict }))
  const { rows } = await sql<{ id: string }>`
    update pages p set status = x.status, reason = x.reason, next_attempt_at = x."nextAttemptAt",
      handed_over = x."handedOver", key = case when x."handedOver" then p.key else p.id::text end
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as x(id uuid, status text, reason text, "nextAttemptAt" timestamptz, "handedOver" boolean)
    where p.id = x.id and p.status = 'sending' and p.next_attempt_at = ${until} returning p.id`.execute(trx)
  return new Set(rows.map(({ id }) => id))
}
