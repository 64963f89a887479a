import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { type Client, type TestApp, testApp } from '../testing/test-app.ts'

const DELIVERIES = 1_000
const TIMEOUT_MS = 120_000
const SENDERS = 24
const KEYS = 30

/** Numbers that look random and are the same every time. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Sent = { status: number; action: string }
const ACTIONS = ['created', 'created', 'created', 'resolved', 'archived', 'unresolved', 'assigned'] as const

/** What Sentry may say about one of a few issues, in no order. */
function message(random: (below: number) => number): { body: string; headers: HeadersInit } {
  const id = random(KEYS)
  const kind = random(10)
  const resource = kind === 0 ? 'metric_alert' : 'issue'
  const issue = { id, title: `Problem ${id}`, level: ['warning', 'error', 'fatal'][random(3)] }
  const metric = { id: `${random(1_000)}`, title: 'Slow', alert_rule: { id, name: 'Slow' } }
  const body =
    kind === 0
      ? { action: random(3) ? 'critical' : 'resolved', data: { metric_alert: metric } }
      : { action: ACTIONS[random(ACTIONS.length)], data: { issue } }
  return {
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      'sentry-hook-resource': resource,
      // Now and then the same message twice.
      ...(random(4) ? {} : { 'idempotency-key': `${random(30)}` }),
    },
  }
}

async function sendAll(urls: string[]): Promise<Sent[]> {
  const random = numbers(42)
  const sent: Sent[] = []
  let left = DELIVERIES
  async function oneAfterTheOther(url: string): Promise<void> {
    while (left > 0) {
      left -= 1
      const answer = await fetch(url, { method: 'POST', ...message(random) })
      const { result } = (await answer.json()) as { result?: { action: string } }
      sent.push({ status: answer.status, action: result?.action ?? 'none' })
    }
  }
  await Promise.all(
    Array.from({ length: SENDERS }, (_, index) => oneAfterTheOther(urls[index % urls.length]!)),
  )
  return sent
}

/** People who act on incidents meanwhile. */
async function actMeanwhile(person: Client, isOver: () => boolean): Promise<void> {
  const random = numbers(7)
  while (!isOver()) {
    const { body } = await person.get('/api/v1/incidents?status=active&limit=20')
    const incident = body.items[random(Math.max(1, body.items.length))]
    const action = ['acknowledge', 'resolve', 'notes', 'snooze'][random(4)]
    const until = new Date(Date.parse('2026-03-02T00:00:00Z')).toISOString()
    if (!incident) continue
    const { status } = await person.post(`/api/v1/incidents/${incident.id}/${action}`, {
      text: 'Looking',
      until,
    })
    // Somebody may have resolved it meanwhile.
    expect([200, 409]).toContain(status)
  }
}

const count = async ({ db }: TestApp, query: ReturnType<typeof sql<{ count: number }>>) =>
  (await query.execute(db)).rows[0]?.count

test(
  'after a storm of concurrent messages on two servers, and people who act meanwhile, every count agrees',
  { timeout: TIMEOUT_MS },
  async () => {
    const t = await testApp()
    const other = await t.anotherServer()
    const sentry = await t.create.integration({ newIncidentsPerMinute: null, storedBodiesPerMinute: null })
    const ports = [await t.listen(), await other.listen()]
    const urls = ports.map(
      (port) => `http://127.0.0.1:${port}/api/integrations/sentry?integrationId=${sentry.id}`,
    )
    let isOver = false
    const people = [await t.asRole('responder'), await other.asRole('responder')]
    const acting = Promise.all(people.map((person) => actMeanwhile(person, () => isOver)))
    const sent = await sendAll(urls)
    isOver = true
    await acting

    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([202]))
    const deliveries = await t.db.selectFrom('deliveries').select(['result', 'reason']).execute()
    const recorded = deliveries.map(({ result }) => result ?? 'none')
    expect(recorded.toSorted()).toEqual(sent.map(({ action }) => action).toSorted())
    const applied = deliveries.filter(({ reason }) => !reason?.includes('Idempotency-Key'))
    expect(applied.length).toBeLessThan(DELIVERIES)

    const ofTriggers = new Set(['triggered', 'deduplicated', 'reopened'])
    const triggers = applied.filter(({ result }) => ofTriggers.has(result ?? ''))
    const { events } = await t.db
      .selectFrom('incidents')
      .select(({ fn }) => fn.sum<number>('event_count').as('events'))
      .executeTakeFirstOrThrow()
    expect(Number(events)).toBe(triggers.length)
    const incidents = await t.db.selectFrom('incidents').selectAll().orderBy('number').execute()
    expect(incidents).toHaveLength(applied.filter(({ result }) => result === 'triggered').length)
    expect(incidents.length).toBeGreaterThan(KEYS)

    expect(await count(t, NEW_WITHOUT_ONE_FIRST_ENTRY)).toBe(0)
    expect(await count(t, OPEN_WITHOUT_PAGE)).toBe(0)
    expect(await count(t, PAGE_WITHOUT_REASON)).toBe(0)
    expect(await count(t, RESOLVED_WITH_OTHER_NAMES)).toBe(0)
    expect(await count(t, TWO_ACTIVE_UNDER_ONE_NAME)).toBe(0)
    expect(await count(t, STATE_UNLIKE_ITS_TIMELINE)).toBe(0)
    expect(await count(t, CHAIN_WITH_GAPS)).toBe(0)
    expect(t.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
  },
)

const NEW_WITHOUT_ONE_FIRST_ENTRY = sql<{ count: number }>`
  select count(*)::int from incidents i
  where (select count(*) from timeline_entries e where e.incident_id = i.id and e.kind = 'triggered') <> 1
    or (select kind from timeline_entries e where e.incident_id = i.id order by number limit 1) <> 'triggered'`

const OPEN_WITHOUT_PAGE = sql<{ count: number }>`
  select count(*)::int from incidents i
  where i.status = 'open' and not exists (select from escalations e where e.incident_id = i.id)`

/** Only what is open pages; or what got worse, the person who has it. */
const PAGE_WITHOUT_REASON = sql<{ count: number }>`
  select count(*)::int from escalations e join incidents i on i.id = e.incident_id
  where i.status = 'resolved' or (i.status = 'acknowledged' and e.only_user_id is null and i.acknowledged_by ->> 'kind' = 'user')`

const RESOLVED_WITH_OTHER_NAMES = sql<{ count: number }>`
  select count(*)::int from incident_aliases a join incidents i on i.id = a.incident_id where i.status = 'resolved'`

const TWO_ACTIVE_UNDER_ONE_NAME = sql<{ count: number }>`
  select count(*)::int from (
    select name from (
      select dedup_key as name, id from incidents where status <> 'resolved'
      union select alias, incident_id from incident_aliases
    ) as names group by name having count(distinct id) > 1
  ) as shared`

/** The last entry that changes the status says which one it is. */
const STATE_UNLIKE_ITS_TIMELINE = sql<{ count: number }>`
  select count(*)::int from incidents i
  where i.status <> (
    select case e.kind when 'triggered' then 'open' when 'reopened' then 'open' else e.kind end
    from timeline_entries e
    where e.incident_id = i.id and e.kind in ('triggered', 'reopened', 'acknowledged', 'resolved', 'snoozed')
    order by e.number desc limit 1)`

/** Each incident leads to the one before it of the same key, the first one to none. */
const CHAIN_WITH_GAPS = sql<{ count: number }>`
  select count(*)::int from (
    select previous_id, lag(id) over (partition by dedup_key order by number) as before from incidents
  ) as chain where previous_id is distinct from before`
