import { sql } from 'kysely'
import { loadFixture } from '../../integrations/fixtures.ts'
import type { Trx } from '../../platform/db.ts'
import {
  beginOf,
  isActive,
  issueOf,
  pick,
  serviceOf,
  share,
  textArray,
  timeAt,
  titleOfIssue,
  uuidArray,
  uuidAt,
} from './expressions.ts'
import type { Seed } from './plan.ts'

const DAY_MS = 24 * 3600 * 1000
const SYSTEM = JSON.stringify({ kind: 'system', id: null, name: 'OpsKnight' })
const n = sql.ref<number>('n')
const issue = sql.ref<number>('issue')
const begin = sql.ref<number>('begin_ms')

/** Writes these incidents with everything that belongs to them: timeline, escalation, other names, words to search by. */
export async function seedIncidents(trx: Trx, seed: Seed, part: { from: number; to: number }): Promise<void> {
  await insertIncidents(trx, seed, part)
  const { firstNumber } = seed
  const range = sql`i.number between ${sql.lit(firstNumber + part.from - 1)} and ${sql.lit(firstNumber + part.to - 1)}`
  await sql`
    insert into timeline_entries (incident_id, at, kind, actor, data)
    select i.id, e.at, e.kind, coalesce(e.actor, ${SYSTEM}::jsonb), e.data from incidents i
    cross join lateral (values
      (i.created_at, 'triggered', jsonb_build_object('kind', 'integration', 'id', i.integration_id, 'name', 'Sentry'),
        jsonb_build_object('severity', i.severity)),
      (i.acknowledged_at, 'acknowledged', i.acknowledged_by, '{}'),
      (case i.status when 'snoozed' then i.last_event_at end, 'snoozed', null, jsonb_build_object('until', i.wake_at)),
      (i.resolved_at, 'resolved', i.resolved_by, '{}')
    ) as e(at, kind, actor, data)
    where ${range} and e.at is not null order by i.number, e.at`.execute(trx)
  await sql`
    insert into escalations (incident_id, ended_reason)
    select id, 'This service has no escalation policy' from incidents i where ${range} and status = 'open'`.execute(
    trx,
  )
  await sql`
    insert into incident_aliases (service_id, alias, incident_id)
    select service_id, 'sentry-short-' || number, id from incidents i where ${range} and status <> 'resolved'`.execute(
    trx,
  )
  await sql`
    insert into incident_texts (number, text)
    select number, title || ' ' || coalesce(source, '') || ' ' || dedup_key from incidents i
    where ${range} order by number`.execute(trx)
}

async function insertIncidents(trx: Trx, seed: Seed, { from, to }: { from: number; to: number }) {
  const { services, userIds, now, firstNumber, cycle } = seed
  const users = sql`(${textArray(userIds.map(userActor))})[1 + ${pick(n, 5, userIds.length)}]::jsonb`
  const before = sql<number>`(n - ${sql.lit(cycle)})`
  await sql`
    insert into incidents (id, number, service_id, integration_id, dedup_key, title, severity, reported_severity, urgency,
      status, source, link, details, event_count, first_event_at, last_event_at, created_at, acknowledged_at,
      acknowledged_by, resolved_at, resolved_by, assigned_to, previous_id, wake_at)
    select ${uuidAt(begin, n, 'incident')}, ${sql.lit(firstNumber - 1)} + n,
      (${uuidArray(services.map(({ id }) => id))})[service], (${uuidArray(services.map(({ integration }) => integration.ref))})[service],
      'sentry-' || issue, ${titleOfIssue}, severity, severity,
      case severity when 'critical' then 'high' when 'info' then 'low' else 'medium' end, status,
      'Sentry - ' || (${textArray(services.map(({ name }) => name))})[service],
      'https://harbor-line.sentry.io/issues/' || issue || '/',
      ${detailsTemplate()}::jsonb || jsonb_build_object('issueId', issue::text, 'count', 1 + ${pick(n, 2, 5_000)}, 'userCount', ${pick(n, 3, 900)}),
      1 + floor(200 * power(${share(n, 4)}, 6)), began, least(began + lasted, ${now}), began,
      case when acknowledged then least(began + lasted / 10, ${now}) end, case when acknowledged then ${users} end,
      case when status = 'resolved' then least(began + lasted, ${now}) end,
      case when status = 'resolved' then case when n % 3 = 0 then ${users} else ${SYSTEM}::jsonb end end,
      case when ${pick(n, 6, 5)} = 0 then (${uuidArray(userIds)})[1 + ${pick(n, 5, userIds.length)}] end,
      case when n % 5 = 0 and ${before} > 0 then ${uuidAt(beginOf(before, seed), before, 'incident')} end,
      case when status in ('snoozed', 'suppressed') then ${now}::timestamptz + (1 + ${pick(n, 7, 200)}) * interval '1 hour' end
    from generate_series(${sql.lit(from)}::bigint, ${sql.lit(to)}::bigint) n
    cross join lateral (select ${issueOf(n, seed)} as issue, ${beginOf(n, seed)} as begin_ms offset 0) a
    cross join lateral (
      select ${serviceOf(issue, seed)} as service, ${timeAt(begin)} as began,
        (1 + ${pick(n, 8, 2 * DAY_MS)}) * interval '1 millisecond' as lasted,
        case when ${isActive(seed)} then
          (array['open', 'acknowledged', 'open', 'acknowledged', 'open', 'snoozed', 'open', 'suppressed'])[1 + ${pick(n, 9, 8)}]
          else 'resolved' end as status
      offset 0
    ) b
    cross join lateral (
      select status = 'acknowledged' or (status = 'resolved' and n % 3 = 0) as acknowledged,
        -- The second service says of everything that it is an error.
        case when service = 2 then 'error' else
          (array['critical', 'error', 'error', 'error', 'error', 'error', 'error', 'warning', 'warning', 'info'])[1 + ${pick(issue, 15, 10)}]
          end as severity
      offset 0
    ) c`.execute(trx)
}

const userActor = (id: string) => JSON.stringify({ kind: 'user', id, name: 'Ana Example' })

/** What Sentry tells of an issue. */
function detailsTemplate(): string {
  const { expected } = loadFixture('sentry', 'issue-created')
  if (!('events' in expected)) throw new Error('The fixture opens no incident')
  return JSON.stringify(expected.events[0]?.details)
}

/** Gives the newest incident a timeline as long as that of a problem that nobody can let alone. */
export async function seedLongTimeline(
  trx: Trx,
  { incidents, firstNumber }: Seed,
  entries: number,
): Promise<void> {
  await sql`
    insert into timeline_entries (incident_id, at, kind, actor, text)
    select i.id, i.created_at, 'noted', ${SYSTEM}::jsonb, 'Tried again, ' || k from incidents i
    cross join generate_series(1, ${sql.lit(entries)}) k where i.number = ${sql.lit(firstNumber + incidents - 1)} order by k`.execute(
    trx,
  )
}
