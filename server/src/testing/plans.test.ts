import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Severity } from '#contract/common.ts'
import type { IncidentAction } from '#contract/incidents.ts'
import { keepDeliveryLog } from '../alerts/jobs.ts'
import { runDueEscalations } from '../escalations/engine.ts'
import { wakeDueIncidents } from '../incidents/commands.ts'
import { readFigures } from '../incidents/figures.ts'
import { indexWords } from '../incidents/search.ts'
import { resolveStillStorms } from '../incidents/still-storms.ts'
import { createPages } from '../notifications/create.ts'
import { markSeen, noteReceipt } from '../notifications/receipts.ts'
import { sendDuePages } from '../notifications/send-due.ts'
import { deleteExpired } from '../people/jobs.ts'
import { mailbox } from './mailbox.ts'
import { tablesLargerThan, tooMuch, watchPlans } from './plans.ts'
import { addContactMethod } from './reachable.ts'
import { seedPages } from './seed/pages.ts'
import { seedHistory } from './seed/seed.ts'
import { type Answer, NO_LIMITS, type TestApp, testApp } from './test-app.ts'

// What is slow with millions of rows shows with some ten thousand: a statement that goes through a whole table, or through much of it.
const SIZE = { incidents: 30_000, deliveries: 60_000, active: 10_000 }
/** For the ledger of pages a shorter past is enough. */
const SMALLER = { incidents: 3_000, deliveries: 3_000, active: 500 }
const LEDGER = { people: 5_000, pages: 20_000 }
/** A table of more rows must not be gone through. */
const LARGE = 1_000
/** What a statement may look at: a page, a batch, what a filter throws away of them. */
const ROWS_MAX = 2_000
/** Counts of what is active look at all of it. */
const ACTIVE_MAX = 6_000
/** Search goes through the newest incidents one by one, after their numbers. */
const SEARCHED_MAX = 10_500
/** Words are indexed with an overlap of 10,000 incidents. */
const INDEXED_MAX = 14_000
/** Chores delete 5,000 rows at a time, which they look for and at. */
const DELETED_MAX = 11_000

type Watched = Awaited<ReturnType<typeof serverWithPast>>

/** A server whose statements are watched, with a past. */
async function serverWithPast(size = SIZE, seedMore: (t: TestApp) => Promise<void> = async () => {}) {
  const { url } = await mailbox()
  const t = await testApp({ environment: { SMTP_URL: url } })
  const sentries = []
  for (let index = 1; index <= 10; index += 1) {
    const { id: serviceId } = await t.create.service({ name: `Service ${index}` })
    sentries.push(await t.create.integration(NO_LIMITS, { serviceId }))
  }
  const services = sentries.map(({ serviceId: id, ref }) => ({
    ...{ id, name: 'Service' },
    integration: { ref, name: 'Sentry' },
  }))
  const user = await t.create.user({ role: 'admin' })
  const plan = { ...size, now: t.clock.now(), services, userIds: [user.id] }
  const seed = await seedHistory(t.deps, plan, { databaseUrl: t.deps.databaseUrl, connections: 2 })
  // As after a long downtime: all that is open has somebody to page.
  await sql`
    update escalations e set due_at = i.created_at, ended_reason = null from incidents i where i.id = e.incident_id`.execute(
    t.db,
  )
  await sql`vacuum (analyze) escalations`.execute(t.db)
  await seedMore(t)
  const large = await tablesLargerThan(t.db, LARGE)

  const plans = watchPlans(t.deps.databaseUrl, t.clock)
  const server = await t.anotherServer(plans)
  const problems: string[] = []
  // The index of words is as good as the words; `npm run bench -- reads` measures it.
  const rowsMaxOf = (rowsMax: number) => (table: string) =>
    table === 'incident_texts' ? Math.max(rowsMax, size.incidents) : rowsMax
  /** Does it, and notes what of it would take longer the more there is. */
  async function watch<Result>(
    what: string,
    work: () => Promise<Result>,
    rowsMax = ROWS_MAX,
  ): Promise<Result> {
    plans.take()
    const result = await work()
    const statements = plans.take()
    const maxOf = rowsMaxOf(rowsMax)
    expect(statements.length, `${what} asks the database`).toBeGreaterThan(0)
    for (const statement of statements)
      problems.push(...tooMuch(statement, large, maxOf).map((problem) => `${what}: ${problem}`))
    return result
  }
  const admin = await server.as(user)
  return { t, server, admin, user, seed, sentries, large, watch, problems }
}

test('no statement goes through a large table, nor through much of one', async () => {
  const w = await serverWithPast()
  for (const table of LARGE_TABLES) expect(w.large).toContain(table)
  await alerts(w)
  await storms(w)
  await lists(w)
  await searches(w)
  await pages(w)
  await actions(w)
  await escalations(w)
  await timersAndChores(w)
  expect(w.problems).toEqual([])
})

test('nor does one of the pages', async () => {
  const w = await serverWithPast(SMALLER, (t) => seedPages(t.db, { ...LEDGER, now: t.clock.now() }))
  for (const table of ['incidents', 'users', 'contact_methods', 'pages']) expect(w.large).toContain(table)
  await paging(w)
  expect(w.problems).toEqual([])
})

const LARGE_TABLES = [
  ...['incidents', 'timeline_entries', 'incident_texts', 'incident_aliases', 'escalations'],
  ...['idempotency_keys', 'integration_minutes', 'deliveries_20260225'],
]

async function alerts({ server, watch, sentries, seed, t }: Watched): Promise<void> {
  const sentry = sentries[0]!
  const issue = (action: string, id: string) => ({ action, issue: { id, title: 'Broken' } })
  const send = (what: string, body: object, headers: Record<string, string> = {}, expected = 202) =>
    watch(what, async () =>
      expect((await server.deliver(sentry, body, { headers })).status, what).toBe(expected),
    )
  await send('a new problem', issue('created', '1'))
  await send('its repeat', issue('created', '1'))
  await send('its end', issue('resolved', '1'))
  await send('the same problem again', issue('created', '1'))
  await send('a message with a key', issue('created', '2'), { 'idempotency-key': 'a' })
  await send('the same message again', issue('created', '2'), { 'idempotency-key': 'a' })
  const alert = { id: '7', title: 'Too slow', alert_rule: { id: '8', name: 'Slow' } }
  const metric = (action: string) => ({
    action,
    data: { metric_alert: alert, description_title: 'Too slow' },
  })
  await send('a problem with another name', metric('critical'), { 'sentry-hook-resource': 'metric_alert' })
  await send('its end by name', metric('resolved'), { 'sentry-hook-resource': 'metric_alert' })
  await send('what is no JSON', [], {}, 400)
  await watch('many at once', () =>
    Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        server.deliver(sentry, issue('created', `many-${index % 150}`)),
      ),
    ),
  )
  const old = await t.db
    .selectFrom('incidents')
    .select('dedup_key')
    .where('number', '=', seed.firstNumber + 6)
    .execute()
  await send('a problem of long ago', issue('created', old[0]!.dedup_key.replace('sentry-', '')))

  const key = await t.create.apiKey('events')
  const event = { event_action: 'trigger', dedup_key: 'k', service_id: sentry.serviceId }
  const payload = { summary: 'Broken', source: 'here', severity: 'error' }
  await watch('an event', async () =>
    expect((await server.withKey(key).post('/api/events', { ...event, payload })).status).toBe(202),
  )
}

async function storms({ server, admin, watch, sentries, t }: Watched): Promise<void> {
  const limits = { ...NO_LIMITS, newIncidentsPerMinute: 1 }
  const sentry = await t.create.integration(limits, { serviceId: sentries[1]!.serviceId })
  const send = (action: string, id: string) =>
    watch(`a storm: ${action} ${id}`, async () => {
      const { status, body } = await server.deliver(sentry, { action, issue: { id, title: 'Stormy' } })
      expect(status).toBe(202)
      return body.result
    })
  await send('created', 'before the storm')
  const { action, incident } = await send('created', 'folded')
  expect(action).toBe('folded')
  for (const id of ['folded', 'folded too', 'another']) await send('created', id)
  await send('resolved', 'folded too')
  await watch('the page of a storm', () => ok(admin.get(`/api/v1/incidents/${incident.id}`)))
  await watch('the list of a storm', () => ok(admin.get(`/api/v1/incidents/${incident.id}/folded`)))
  await watch('splitting a storm', () => ok(admin.post(`/api/v1/incidents/${incident.id}/split`, {})))
  t.clock.advance({ minutes: 6 })
  await watch('ending a storm', () => resolveStillStorms(server.deps, t.clock.now()))
}

const STATUSES = ['', 'open', 'acknowledged', 'snoozed', 'suppressed', 'resolved', 'active']
const SEVERITIES: Severity[][] = [[], ['critical'], ['critical', 'info']]

/** With every combination of filters that the page offers, the first page and one from the middle. */
async function lists({ admin, watch, seed, sentries }: Watched): Promise<void> {
  const [large, onlyErrors, third] = sentries.map(({ serviceId }) => serviceId)
  const middle = String(seed.firstNumber + SIZE.incidents / 2)
  for (const status of STATUSES)
    for (const severity of SEVERITIES)
      for (const serviceId of [[], [large], [onlyErrors], [large, third]])
        for (const cursor of ['', middle]) {
          const query = queryOf({ status, severity, serviceId, cursor })
          const rowsMax = ['', 'resolved'].includes(status) ? ROWS_MAX : ACTIVE_MAX
          await watch(
            `list of incidents, ${query}`,
            () => ok(admin.get(`/api/v1/incidents?${query}`)),
            rowsMax,
          )
        }
  await watch('incidents of a key', () => ok(admin.get('/api/v1/incidents?dedupKey=sentry-4500000017')))
  await watch('counts', () => ok(admin.get('/api/v1/incidents/counts')), ACTIVE_MAX)
}

async function searches({ admin, watch, sentries }: Watched): Promise<void> {
  const words = ['error', 'forecast', 'canary', 'refundUpload', 'efundUp', 'nowhere', 'typeerror checkout']
  const others = ['typeerror literal', 'sentry-4500000017', '4500000017', '#17', 'zq']
  const filters = [
    {},
    { status: 'active' },
    { status: 'resolved', severity: 'critical' },
    { serviceId: sentries[1]!.serviceId },
    { serviceId: sentries[2]!.serviceId, severity: 'error' },
  ]
  for (const q of [...words, ...others])
    for (const filter of filters) {
      const query = queryOf({ q, ...filter })
      await watch(`search, ${query}`, () => ok(admin.get(`/api/v1/incidents?${query}`)), SEARCHED_MAX)
    }
}

async function pages({ admin, watch, seed, sentries, t }: Watched): Promise<void> {
  const newest = seed.firstNumber + SIZE.incidents - 1
  const { id } = await t.db
    .selectFrom('deliveries')
    .select('id')
    .orderBy('received_at')
    .offset(9_000)
    .limit(1)
    .executeTakeFirstOrThrow()
  const one = await t.db
    .selectFrom('incidents')
    .select('id')
    .where('number', '=', newest)
    .executeTakeFirstOrThrow()
  const { ref } = sentries.at(-1)!
  const log = `/integrations/${ref}/deliveries`
  for (const path of [
    ...[`/incidents/${newest}`, `/incidents/${one.id}`, `/incidents/${newest}/timeline`],
    ...[`/incidents/${newest}/timeline?cursor=${SIZE.incidents}`, `/incidents/${newest - 20}/deliveries`],
    ...[
      `/incidents/${seed.firstNumber}/deliveries`,
      log,
      `${log}?cursor=${id}`,
      `${log}?incidentId=${one.id}`,
    ],
    ...['accepted', 'ignored', 'rejected'].flatMap((outcome) => [
      `${log}?outcome=${outcome}`,
      `${log}?outcome=${outcome}&cursor=${id}`,
    ]),
    ...[`/deliveries/${id}`, `/integrations/${ref}`, `/integrations/${ref}/health`, '/integrations'],
    ...[`/services/${sentries[0]!.serviceId}/integrations`],
    ...['/audit-log', '/users', '/api-keys', '/maintenance-windows', '/me'],
  ])
    await watch(path, () => ok(admin.get(`/api/v1${path}`)))
  for (const path of ['/services', `/services/${sentries[0]!.serviceId}`])
    await watch(path, () => ok(admin.get(`/api/v1${path}`)), ACTIVE_MAX)
  await watch('a replay', () => ok(admin.post(`/api/v1/deliveries/${id}/replay`)))
}

async function actions({ admin, watch, user, seed, sentries, t }: Watched): Promise<void> {
  const active = await t.db
    .selectFrom('incidents')
    .select('id')
    .where('status', '<>', 'resolved')
    .orderBy('number', 'desc')
    .limit(200)
    .execute()
  const ids = active.map(({ id }) => id)
  const until = new Date(t.clock.now().getTime() + 3_600_000).toISOString()
  const bulk = (what: string, action: IncidentAction) =>
    watch(what, () => ok(admin.post('/api/v1/incidents/bulk', { ids, ...action })))
  await bulk('acknowledging many', { action: 'acknowledge' })
  await bulk('assigning many', { action: 'assign', userId: user.id })
  await bulk('snoozing many', { action: 'snooze', until })
  await bulk('resolving many', { action: 'resolve' })
  await bulk('reopening many', { action: 'reopen' })
  await watch('a note', () => ok(admin.post(`/api/v1/incidents/${seed.firstNumber}/notes`, { text: 'Hm' })))
  await watch('reopening one', () => ok(admin.post(`/api/v1/incidents/${seed.firstNumber + 5}/reopen`)))
  const given = { serviceId: sentries[0]!.serviceId, title: 'By hand' }
  await watch('an incident by hand', () => ok(admin.post('/api/v1/incidents', given), 201))
  const smallest = sentries.at(-1)!.serviceId
  await watch('deleting a service', () => ok(admin.delete(`/api/v1/services/${smallest}`), 204), ACTIVE_MAX)
}

/** Of services with a policy and of some without one; every active incident is due. */
async function escalations({ server, admin, watch, user, sentries, t }: Watched): Promise<void> {
  const targets = [{ type: 'user', id: user.id }]
  const given = { name: 'Primary', repeat: 1, steps: [{ waitMinutes: 0, targets }] }
  const policy = await watch('a new policy', () => admin.post('/api/v1/escalation-policies', given))
  const path = `/api/v1/escalation-policies/${policy.body.id}`
  for (const { serviceId } of sentries.slice(0, 5))
    await watch(
      'a policy for a service',
      () => ok(admin.patch(`/api/v1/services/${serviceId}`, { escalationPolicyId: policy.body.id })),
      ACTIVE_MAX,
    )
  for (const one of [path, '/api/v1/escalation-policies']) await watch(one, () => ok(admin.get(one)))
  await addContactMethod(t, user)
  for (let turn = 1; turn <= 3; turn += 1)
    expect(await watch('escalations', () => runDueEscalations(server.deps, t.clock.now()))).toBeGreaterThan(
      100,
    )
}

/** Pages are made, sent and looked at beside a ledger of many. */
async function paging({ server, admin, watch, seed, t }: Watched): Promise<void> {
  const { deps } = server
  const [newest, ...others] = await t.db
    .selectFrom('incidents')
    .select(['id', 'number'])
    .where('status', '=', 'open')
    .orderBy('number', 'desc')
    .limit(20)
    .execute()
  const people = await t.db.selectFrom('contact_methods').selectAll().orderBy('id').limit(50).execute()
  const requests = [newest!, ...others].flatMap(({ id: incidentId }) =>
    people.map(({ user_id: userId }) => ({
      ...{ incidentId, userId, urgency: 'high' as const, cause: 'escalation' as const, step: 1, cycle: 0 },
    })),
  )
  await watch('creating pages', () =>
    deps.db.transaction().execute((trx) => createPages(trx, requests, t.clock.now())),
  )
  await watch('sending pages', () => sendDuePages(deps, t.clock.now()))
  t.clock.advance({ seconds: 30 })
  await watch('sending gathered pages', () => sendDuePages(deps, t.clock.now()))
  expect(
    await t.db.selectFrom('pages').select('id').where('next_attempt_at', 'is not', null).execute(),
  ).toEqual([])
  await watch('a receipt', () =>
    noteReceipt(deps, { channel: 'email', providerId: 'provider 17', status: 'delivered' }),
  )
  await watch('a failure', () =>
    noteReceipt(deps, { channel: 'email', providerId: 'provider 18', status: 'failed' }),
  )
  const page = await t.db
    .selectFrom('pages')
    .selectAll()
    .where('provider_id', '=', 'provider 19')
    .executeTakeFirstOrThrow()
  await watch('an answer', () =>
    deps.db.transaction().execute((trx) => markSeen(trx, page.id, t.clock.now())),
  )
  const user = `userId=${page.user_id}`
  for (const path of [
    ...[
      `/incidents/${newest!.number}/pages`,
      `/incidents/${seed.firstNumber}/ledger`,
      '/pages',
      `/pages?cursor=${page.id}`,
    ],
    ...['sent', 'failed', 'skipped'].flatMap((status) => [
      ...[`/pages?status=${status}`, `/pages?status=${status}&cursor=${page.id}`],
      ...[`/pages?status=${status}&${user}`, `/pages?status=${status}&${user}&cursor=${page.id}`],
    ]),
    ...[`/pages?${user}`, `/pages?${user}&cursor=${page.id}`],
  ])
    await watch(path, () => ok(admin.get(`/api/v1${path}`)))
  await watch('what there is to be done', () => readFigures(deps.db, t.clock.now()), ACTIVE_MAX)
  await watch('a contact method that goes', () =>
    deps.db.deleteFrom('contact_methods').where('id', '=', people[0]!.id).execute(),
  )
}

async function timersAndChores({ server, watch, t }: Watched): Promise<void> {
  const { deps } = server
  t.clock.advance({ hours: 30 })
  await watch('waking incidents', () => wakeDueIncidents(deps, t.clock.now()))
  await sql`delete from incident_texts where number > ${SIZE.incidents - 3_000}`.execute(t.db)
  await watch('indexing words', () => indexWords(deps.db), INDEXED_MAX)
  await watch('forgetting people', () => deleteExpired(deps))
  t.clock.advance({ days: 5 })
  await watch('keeping the delivery log', () => keepDeliveryLog(deps), DELETED_MAX)
}

async function ok(answer: Promise<Answer>, expected = 200): Promise<void> {
  const { status, text } = await answer
  expect(status, text).toBe(expected)
}

function queryOf(filters: Record<string, string | (string | undefined)[]>): string {
  const query = new URLSearchParams()
  for (const [name, values] of Object.entries(filters))
    for (const value of [values].flat()) if (value) query.append(name, value)
  return query.toString()
}
