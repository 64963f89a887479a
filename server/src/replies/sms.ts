import { sql } from 'kysely'
import type { Channel } from '#contract/channels.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { addressHashOf } from '../people/addresses.ts'
import { countAttempt } from '../people/throttle.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { answerInWords } from './say.ts'
import { type Answer, HOW_TO_ANSWER, understand } from './words.ts'

const CHANNEL: Channel = 'sms'

/**
 * Does what an SMS says that came from a number which the provider vouches for, and returns what to answer; null for nothing.
 * Whoever sent it is known by their verified number, and reaches only incidents that they were paged about.
 */
export async function answerSms(
  deps: Deps,
  { from, text }: { from: string; text: string },
): Promise<string | null> {
  const said = understand(text)
  const userIds = await findPeople(deps.db, from)
  if (userIds.length === 0)
    return said.kind === 'stop'
      ? null
      : hint(deps, from, 'OpsKnight does not know this number. Add it to your profile and confirm it.')
  switch (said.kind) {
    case 'stop':
      return stop(deps, from)
    case 'start':
      return hint(deps, from, 'To get pages by SMS again, confirm this number in your OpsKnight profile.')
    case 'unknown':
      return hint(deps, from, HOW_TO_ANSWER)
    case 'answer':
      return answer(deps, userIds, said)
  }
}

const HINTS_PER_HOUR = 5

/** What helps a person; a phone that answers by itself would be answered for ever, and each SMS costs money. */
async function hint(deps: Deps, from: string, text: string): Promise<string | null> {
  const key = `sms hints ${addressHashOf(CHANNEL, from).toString('base64url')}`
  try {
    await countAttempt(deps.db, { key, failures: HINTS_PER_HOUR, minutes: 60 }, deps.clock.now())
    return text
  } catch (error) {
    if (error instanceof AppError && error.code === 'rate_limited') return null
    throw error
  }
}

async function answer(deps: Deps, userIds: string[], said: Answer): Promise<string> {
  const { action, number, all } = said
  const page = await (number === null ? findLatest(deps.db, userIds) : findAbout(deps.db, userIds, number))
  if (!page)
    return number === null
      ? 'There is no page that this could answer.'
      : `You were not paged about #${number}.`
  if (action === 'resolve' && number === null && !all && page.together > 1)
    return `That page was about ${page.together} incidents. Reply RESOLVE and a number, or RESOLVE ALL.`
  const incidentId = number === null ? undefined : (page.incidentId ?? undefined)
  return answerInWords(deps, { pageId: page.id, action, incidentId })
}

/** Everybody who is there and has confirmed this number. */
async function findPeople(db: Db, from: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select u.id from contact_methods m join users u on u.id = m.user_id
    where m.channel = ${CHANNEL} and m.address_hash = ${addressHashOf(CHANNEL, from)} and m.verified_at is not null
      and u.disabled_at is null and u.deleted_at is null`.execute(db)
  return rows.map(({ id }) => id)
}

type Found = { id: string; incidentId: string | null; together: number }

/** What may have reached somebody: it was handed to a provider at least once. */
const wentOut = sql`p.attempts > 0 and p.status in ('sending', 'sent', 'delivered', 'seen', 'failed', 'due', 'cancelled')`
const together = sql`(select count(*)::int from pages other where other.key = p.key)`
/** As far back as anybody answers. */
const LATEST = 50

async function findLatest(db: Db, userIds: string[]): Promise<Found | undefined> {
  const { rows } = await sql<Found>`
    select p.id, p.incident_id as "incidentId", ${together} as together from (
      select p.* from pages p where p.user_id = any(${userIds}::uuid[]) order by p.id desc limit ${LATEST}
    ) as p
    where p.channel = ${CHANNEL} and ${wentOut} order by p.sent_at desc nulls last, p.id desc limit 1`.execute(
    db,
  )
  return rows[0]
}

async function findAbout(db: Db, userIds: string[], number: number): Promise<Found | undefined> {
  const { rows } = await sql<Found>`
    select p.id, p.incident_id as "incidentId", 1 as together
    from incidents i join pages p on p.incident_id = i.id
    where i.number = ${number} and p.user_id = any(${userIds}::uuid[]) and ${wentOut}
    order by (p.channel = ${CHANNEL}) desc, p.id desc limit 1`.execute(db)
  return rows[0]
}

/** Carriers send nothing more to a number that said so. As it reaches nobody, it counts as not confirmed from now on. */
async function stop(deps: Deps, from: string): Promise<null> {
  const now = deps.clock.now()
  await changeConfiguration(deps, async (trx) => {
    const { rows } = await sql<{ id: string; userId: string; name: string }>`
      update contact_methods m set verified_at = null, updated_at = ${now} from users u
      where u.id = m.user_id and m.channel = ${CHANNEL} and m.address_hash = ${addressHashOf(CHANNEL, from)}
        and m.verified_at is not null
      returning m.id, m.user_id as "userId", u.name`.execute(trx)
    for (const { id, userId, name } of rows)
      await recordAudit(trx, { actor: { kind: 'user', id: userId, name }, ip: null }, now, {
        action: 'contact_method.stopped',
        target: { type: 'contact_method', id, name: 'SMS' },
        data: { by: 'STOP' },
      })
  })
  return null
}
