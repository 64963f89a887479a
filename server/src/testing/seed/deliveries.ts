import { sql } from 'kysely'
import { loadFixture } from '../../integrations/fixtures.ts'
import type { Trx } from '../../platform/db.ts'
import {
  arrivalOf,
  beginOf,
  begunBy,
  type Expression,
  issueOf,
  pick,
  serviceOf,
  share,
  timeAt,
  uuidArray,
  uuidAt,
} from './expressions.ts'
import type { Seed } from './plan.ts'

const m = sql.ref<number>('m')
const arrival = sql.ref<number>('arrival_ms')
const begin = sql.ref<number>('begin_ms')
const issue = sql.ref<number>('issue')
const nth = sql.ref<number>('n')

/** An alert is most often about one of so many problems that began last. */
const RECENT = 400
const IGNORED = 'The issue was assigned; that does not change whether it is broken'
const FORGED = 'The signature does not fit the body: the signing secret is not the one of this integration.'

/** Writes these deliveries: nine of ten accepted, and of every fourth integration some refused. */
export async function seedDeliveries(
  trx: Trx,
  seed: Seed,
  part: { from: number; to: number },
): Promise<void> {
  await sql`
    insert into deliveries (id, integration_id, received_at, outcome, reason, code, http_status, result, kind, title,
      incident_id, incident_number, headers, body, body_bytes)
    select ${uuidAt(arrival, m, 'delivery')}, integration_id, ${timeAt(arrival)}, outcome,
      case outcome when 'ignored' then ${IGNORED} when 'rejected' then ${FORGED} end,
      case outcome when 'rejected' then 'signature_invalid' end, case outcome when 'rejected' then 401 else 202 end,
      case outcome when 'accepted' then
        (array['triggered', 'resolved', 'deduplicated', 'deduplicated', 'deduplicated', 'deduplicated'])[1 + ${pick(m, 25, 6)}]
        when 'ignored' then 'ignored' end,
      'issue', case outcome when 'rejected' then null else 'TypeError: something is undefined' end,
      case outcome when 'accepted' then ${uuidAt(begin, nth, 'incident')} end,
      case outcome when 'accepted' then ${sql.lit(seed.firstNumber - 1)} + n end,
      ${HEADERS}::jsonb, convert_to(body, 'UTF8'), length(body)
    ${fromDeliveries(seed, part)}
    cross join lateral (select case when m % 4 = 0 then ${bodyAbout('issue-created', '4509414')}
      else ${bodyAbout('format-issue-created', '12345')} end as body offset 0) d`.execute(trx)
}

/** Remembers the messages of these deliveries, to tell repeats. */
export async function seedIdempotencyKeys(
  trx: Trx,
  seed: Seed,
  part: { from: number; to: number },
): Promise<void> {
  await sql`
    insert into idempotency_keys (integration_id, key, received_at, delivery_id, result)
    select integration_id, sha256(convert_to('message ' || m, 'UTF8')), ${timeAt(arrival)}, ${uuidAt(arrival, m, 'delivery')},
      jsonb_build_object('action', 'deduplicated', 'incident', jsonb_build_object('id', ${uuidAt(begin, nth, 'incident')},
        'number', ${sql.lit(seed.firstNumber - 1)} + n, 'title', 'TypeError: something is undefined', 'status', 'open',
        'severity', 'error', 'urgency', 'medium', 'url', 'http://127.0.0.1:3000/incidents/' || n))
    ${fromDeliveries(seed, part)} where outcome <> 'rejected'`.execute(trx)
}

/** What each integration has received in each minute of the last eight days, and which kinds of message. */
export async function seedCounts(trx: Trx, { services, now }: Seed): Promise<void> {
  await sql`
    insert into integration_minutes (integration_id, minute, accepted, ignored, rejected, new_incidents, stored_bodies)
    select integration_id, date_trunc('minute', received_at), count(*) filter (where outcome = 'accepted'),
      count(*) filter (where outcome = 'ignored'), count(*) filter (where outcome = 'rejected'),
      count(*) filter (where result = 'triggered'), count(*)
    from deliveries where received_at >= ${now}::timestamptz - interval '8 days' group by 1, 2`.execute(trx)
  const refs = uuidArray(services.map(({ integration }) => integration.ref))
  await sql`
    insert into integration_kinds (integration_id, kind, first_at, last_at)
    select ref, 'issue', ${now}::timestamptz - interval '400 days', ${now} from unnest(${refs}) as ref`.execute(
    trx,
  )
}

/** The m-th deliveries, each with the n-th incident that it is about. */
function fromDeliveries(seed: Seed, { from, to }: { from: number; to: number }): Expression {
  const refs = uuidArray(seed.services.map(({ integration }) => integration.ref))
  return sql`
    from generate_series(${sql.lit(from)}::bigint, ${sql.lit(to)}::bigint) m
    cross join lateral (select ${arrivalOf(m, seed)} as arrival_ms offset 0) a
    cross join lateral (
      select greatest(1, ${begunBy(arrival, seed)} - floor(${sql.lit(RECENT)} * power(${share(m, 21)}, 3))::bigint) as n offset 0
    ) b
    cross join lateral (select ${beginOf(nth, seed)} as begin_ms, ${issueOf(nth, seed)} as issue offset 0) c
    cross join lateral (
      select (${refs})[service] as integration_id,
        case when ${pick(m, 22, 10)} > 0 then 'accepted' when service % 4 = 0 and ${pick(m, 23, 3)} = 0 then 'rejected'
          else 'ignored' end as outcome
      from (select ${serviceOf(issue, seed)} as service offset 0) s offset 0
    ) e`
}

const HEADERS = JSON.stringify({
  'content-type': 'application/json',
  'sentry-hook-resource': 'issue',
  'sentry-hook-timestamp': '1793847906',
  'user-agent': 'sentry/1.0',
})

/** The body of a fixture, about the issue in question. */
function bodyAbout(fixture: string, issue: string): Expression<string> {
  const parts = loadFixture('sentry', fixture).delivery.rawBody.toString().split(issue)
  return sql`concat_ws(issue::text, ${sql.join(parts.map((part) => sql`${part}::text`))})`
}
