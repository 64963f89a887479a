import { sql } from 'kysely'
import type { SendOutcome } from '../channels/types.ts'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { sendMessage } from '../messaging/send.ts'
import { fullAddressOf, type Reach, readReach } from '../people/reach.ts'
import { listAdministrators } from '../people/store.ts'
import { addMinutes } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'

const AGAIN_MINUTES = 5
const SEND_MS = 15_000

type Notice = {
  integrationId: string
  name: string
  service: string
  refusal: string
  reads: boolean
  writes: boolean
  refusedAt: Date
  dueAt: Date
}

/**
 * Tells the administrators by e-mail that Sentry refuses a token, once until it has been checked again. It is tried again while no
 * mail could be sent; where nobody has a verified address, the page of the integration says it alone.
 */
export async function tellRefusals(
  deps: Deps,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  for (const notice of await takeNotices(deps.db, deps.clock.now())) {
    const people = await mailOfAdministrators(deps)
    const outcomes = await Promise.all(people.map((address) => tell(deps, address, notice, signal)))
    const isTold = outcomes.includes('sent') || !outcomes.includes('retry')
    if (isTold && !signal.aborted) await settle(deps.db, notice)
  }
}

/** Whoever takes one has some minutes to tell of it. */
async function takeNotices(db: Db, now: Date): Promise<Notice[]> {
  const dueAt = addMinutes(now, AGAIN_MINUTES)
  const { rows } = await sql<Omit<Notice, 'dueAt'>>`
    update sentry_connections c set notice_due_at = ${dueAt}
    from integrations i join services s on s.id = i.service_id
    where c.notice_due_at <= ${now} and i.id = c.integration_id
    returning c.integration_id as "integrationId", i.name, s.name as service, coalesce(c.refusal, '') as refusal,
      c.reads_refused_at is not null as reads, c.writes_refused_at is not null as writes,
      coalesce(greatest(c.reads_refused_at, c.writes_refused_at), ${now}) as "refusedAt"`.execute(db)
  return rows.map((row) => ({ ...row, dueAt }))
}

/** Unless there is news by now. */
async function settle(db: Db, { integrationId, dueAt }: Notice): Promise<void> {
  await db
    .updateTable('sentry_connections')
    .set({ notice_due_at: null })
    .where('integration_id', '=', integrationId)
    .where('notice_due_at', '=', dueAt)
    .execute()
}

async function mailOfAdministrators(deps: Deps): Promise<string[]> {
  const reach = await readReach(deps.db, await listAdministrators(deps.db))
  return [...reach.values()].flatMap((one) => addressOf(deps, one) ?? [])
}

function addressOf({ secrets }: Deps, { user, methods }: Reach): string | null {
  const method = methods.find(({ channel, verifiedAt }) => channel === 'email' && verifiedAt)
  return user.disabled || !method ? null : fullAddressOf(secrets, method)
}

async function tell(
  deps: Deps,
  address: string,
  notice: Notice,
  signal: AbortSignal,
): Promise<SendOutcome['outcome']> {
  const { integrationId, refusedAt } = notice
  const outcome = await sendMessage(
    deps,
    'email',
    address,
    {
      ...{ kind: 'notice', key: `sentry-refused-${integrationId}-${refusedAt.getTime()}` },
      ...wordsOf(notice),
      url: `${publicUrlOf(deps.config)}/integrations/${integrationId}`,
    },
    AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)]),
  )
  if (outcome.outcome !== 'sent')
    deps.log.warn({ integrationId, reason: outcome.reason }, 'sentry.notice_not_sent')
  return outcome.outcome
}

function wordsOf({ name, service, refusal, reads, writes }: Notice): { title: string; text: string } {
  const stopped =
    reads && writes
      ? 'OpsKnight asks and tells Sentry nothing more'
      : writes
        ? 'OpsKnight changes nothing in Sentry any more'
        : 'OpsKnight reads nothing from Sentry any more'
  return {
    title: `Sentry refuses the token of ${name}`,
    text: [
      `${name}, of ${service}: ${refusal}.`,
      `${stopped} until somebody has checked the connection again. Alerts come in and page as before.`,
      'Give the internal integration its permissions back in Sentry, or enter its present token, and press Check connection.',
    ].join(' '),
  }
}
