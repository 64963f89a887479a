import { expect, test } from 'vitest'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import type { FakeIssue, Webhook } from '../testing/sentry-server.ts'

type Setting = { name: string; value: string; label?: string }
const settings = (given: Record<string, string>): Setting[] =>
  Object.entries(given).map(([name, value]) => ({ name, value }))

/** A Sentry whose alert rules may send their incidents to other services than the integration's own. */
async function withRules(options: Parameters<typeof connectedToSentry>[0] = {}) {
  const loop = await connectedToSentry(options)
  const { t, sentry, deliver, integration } = loop
  const [payments, search] = [
    await t.create.service({ name: 'Payments' }),
    await t.create.service({ name: 'Search' }),
  ]
  const reader = await t.asRole('responder', 'Bo Example')
  const read = async ({ incident }: { incident: { id: string } }) =>
    (await reader.get(`/api/v1/incidents/${incident.id}`)).body
  const send = async (message: Webhook) => (await deliver(message)).body.result
  return {
    ...{ ...loop, payments, search, reader, read, send },
    own: integration.serviceId,
    /** An alert rule fires whose action says this. */
    fire: (issue: FakeIssue, given: Record<string, string>) => send(sentry.alert(issue, settings(given))),
    /** Sentry says something of the issue, with no word of any rule. */
    say: (issue: FakeIssue, action: string, more: object = {}) =>
      send({ resource: 'issue', body: { action, data: { issue: { ...issue, ...more }, ...more } } }),
    incidents: async () =>
      t.db
        .selectFrom('incidents')
        .innerJoin('services', 'services.id', 'incidents.service_id')
        .select(['services.name as service', 'incidents.status', 'incidents.event_count as events'])
        .orderBy('incidents.number')
        .execute(),
  }
}

test('the service and the severity of an alert rule rule its incident, and a resolution that names neither finds it', async () => {
  const t = await withRules()
  const issue = t.sentry.addIssue()
  const opened = await t.fire(issue, { service: t.payments.id, severity: 'critical', page: 'yes' })
  expect(opened).toMatchObject({ action: 'triggered', incident: { severity: 'critical', urgency: 'high' } })
  expect(await t.read(opened)).toMatchObject({
    serviceName: 'Payments',
    integration: { ref: t.integration.ref },
    paging: { state: 'due' },
  })
  expect(await t.fire(issue, { service: t.payments.id, severity: 'critical', page: 'yes' })).toMatchObject({
    action: 'deduplicated',
    incident: { id: opened.incident.id },
  })

  const result = await t.say(issue, 'resolved', { status: 'resolved' })
  expect(result).toMatchObject({ action: 'resolved', incident: { id: opened.incident.id } })
  expect(await t.incidents()).toEqual([{ service: 'Payments', status: 'resolved', events: 2 }])
})

test('its incident is the one that Sentry shows and is told of, whichever service it is on', async () => {
  const t = await withRules()
  const { client, user } = await t.member()
  const issue = t.sentry.addIssue()
  const { incident } = await t.fire(issue, { service: t.payments.id })
  await t.t.runWorker()
  expect(issue.links).toMatchObject([{ project: 'Payments', identifier: `${incident.number}` }])
  await client.post(`/api/v1/incidents/${incident.id}/acknowledge`)
  await client.post(`/api/v1/incidents/${incident.id}/resolve`)
  await t.t.runWorker()
  expect(issue).toMatchObject({ assignedTo: { email: user.email }, status: 'resolved' })
})

test('a rule that names a service that is gone, is OpsKnight’s own or never was opens it on the integration’s own, and says so', async () => {
  const t = await withRules()
  await t.admin.delete(`/api/v1/services/${t.payments.id}`)
  const system = await t.t.db
    .insertInto('services')
    .values({
      ...{ id: '01990000-0000-7000-8000-000000000001', name: 'OpsKnight', is_system: true },
      ...{ created_at: t.t.clock.now(), updated_at: t.t.clock.now(), deleted_at: t.t.clock.now() },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const id of [
    t.payments.id,
    system.id,
    '01990000-0000-7000-8000-0000000000ff',
    'checkout; drop table',
  ]) {
    const opened = await t.fire(t.sentry.addIssue(), { service: id })
    expect(opened.action).toBe('triggered')
    const { serviceId, timeline } = await t.read(opened)
    expect(serviceId).toBe(t.own)
    expect(timeline).toMatchObject([
      {
        kind: 'triggered',
        text: `The alert rule names a service that is not there any more (${id}). The incident was opened on the service of the integration; choose another one in the alert rule.`,
      },
    ])
  }
})

test('"do not page" opens the incident, pages nobody and says why', async () => {
  const t = await withRules()
  const opened = await t.fire(t.sentry.addIssue(), { service: t.payments.id, page: 'no' })
  await t.t.runWorker()
  const reason = 'The alert rule that opened this incident says to page nobody.'
  expect(await t.read(opened)).toMatchObject({
    status: 'open',
    paging: { state: 'ended', problem: reason, next: null },
    timeline: [{ kind: 'nobody_paged', text: reason }, { kind: 'triggered' }],
  })
  expect(await t.t.db.selectFrom('pages').select('id').execute()).toEqual([])
})

test('a rule that pages is heard although another one about the same issue does not page', async () => {
  const t = await withRules()
  const issue = t.sentry.addIssue()
  const opened = await t.fire(issue, { page: 'no' })
  await t.t.runWorker()
  expect(await t.send(t.sentry.alert(issue))).toMatchObject({ action: 'deduplicated' })
  expect((await t.read(opened)).paging.state).toBe('due')
  await t.t.runWorker()
  expect((await t.read(opened)).timeline[0].text).toContain('This service has no escalation policy')
})

test('two rules send one issue to two services: what Sentry says of it is about both', async () => {
  const t = await withRules()
  const issue = t.sentry.addIssue()
  await t.fire(issue, { service: t.payments.id })
  await t.fire(issue, { service: t.search.id })
  expect((await t.say(issue, 'archived')).action).toBe('acknowledged')
  const statuses = async () => (await t.incidents()).map(({ service, status }) => `${service} ${status}`)
  expect(await statuses()).toEqual(['Payments acknowledged', 'Search acknowledged'])
  // No rule says where an escalating issue belongs: to its incidents, and not to a third one.
  expect((await t.say(issue, 'unresolved', { substatus: 'escalating' })).action).toBe('reopened')
  expect(await statuses()).toEqual(['Payments open', 'Search open'])
  await t.say(issue, 'resolved')
  expect(await statuses()).toEqual(['Payments resolved', 'Search resolved'])
  expect((await t.say(issue, 'resolved')).reason).toContain('No active incident has this key')
})

test('an incident that a person has reopened is found again', async () => {
  const t = await withRules()
  const issue = t.sentry.addIssue()
  const { incident } = await t.fire(issue, { service: t.payments.id })
  await t.say(issue, 'resolved')
  await t.reader.post(`/api/v1/incidents/${incident.id}/reopen`)
  expect(await t.say(issue, 'resolved')).toMatchObject({ action: 'resolved', incident: { id: incident.id } })
})

test('an acknowledgement from Sentry runs out as the service of the incident has it', async () => {
  const t = await withRules()
  const patient = await t.t.create.service({ name: 'Patient', acknowledgementTimeoutMinutes: 30 })
  const issue = t.sentry.addIssue()
  const opened = await t.fire(issue, { service: patient.id })
  await t.say(issue, 'archived')
  t.t.clock.advance({ minutes: 31 })
  await t.t.runWorker()
  expect((await t.read(opened)).timeline).toContainEqual(
    expect.objectContaining({ kind: 'reopened', text: 'The acknowledgement ran out' }),
  )
})

const metric = (action: string, id: string, actions: Setting[][]): Webhook => ({
  resource: 'metric_alert',
  body: {
    action,
    data: {
      metric_alert: {
        ...{ id, title: 'Slow' },
        alert_rule: {
          ...{ id: 7, name: 'Slow' },
          triggers: [{ label: 'critical', actions: actions.map((some) => ({ settings: some })) }],
        },
      },
    },
  },
})

test('a metric alert goes to the services that its actions name, and its end is found under the other name of its rule', async () => {
  const t = await withRules()
  const actions = [t.payments, t.search].map(({ id }) => settings({ service: id }))
  expect((await t.send(metric('critical', '10', actions))).action).toBe('triggered')
  // Sentry sends the same message for each of the actions.
  expect((await t.send(metric('critical', '10', actions))).action).toBe('deduplicated')
  expect(await t.incidents()).toMatchObject([
    { service: 'Payments', events: 2 },
    { service: 'Search', events: 2 },
  ])
  expect((await t.send(metric('resolved', '11', actions))).action).toBe('resolved')
  expect(await t.incidents()).toMatchObject([{ status: 'resolved' }, { status: 'resolved' }])
})

test('beyond the limit of new incidents what rules send to a service is folded into a storm there', async () => {
  const t = await withRules()
  await t.admin.patch(`/api/v1/integrations/${t.integration.ref}`, { settings: { newIncidentsPerMinute: 1 } })
  const [one, two] = [t.sentry.addIssue(), t.sentry.addIssue()]
  await t.fire(one, { service: t.payments.id, page: 'no' })
  const folded = await t.fire(two, { service: t.payments.id, page: 'no' })
  expect(folded.action).toBe('folded')
  expect(await t.read(folded)).toMatchObject({
    ...{ serviceName: 'Payments', title: expect.stringContaining('Alert storm') },
    paging: { state: 'ended', problem: expect.stringContaining('says to page nobody') },
  })
  await t.reader.post(`/api/v1/incidents/${folded.incident.id}/split`, {})
  const { body } = await t.reader.get(`/api/v1/incidents?dedupKey=sentry-${two.id}`)
  expect(body.items).toMatchObject([{ serviceName: 'Payments', status: 'open' }])
  expect((await t.read({ incident: body.items[0] })).paging.state).toBe('ended')
  expect((await t.fire(t.sentry.addIssue(), { service: t.payments.id })).action).toBe('folded')
  expect((await t.read(folded)).paging.state).toBe('due')
})

test('once the integration is disconnected rules name no service any more: what they report is not missed', async () => {
  const t = await withRules()
  await t.admin.delete(`/api/v1/integrations/${t.integration.ref}/sentry-connection`)
  const label = 'Payments'
  const message = t.sentry.alert(t.sentry.addIssue(), [
    { name: 'service', value: t.payments.id, label },
    { name: 'severity', value: 'info' },
  ] as Setting[])
  const opened = await t.send(message)
  expect(opened).toMatchObject({ action: 'triggered', incident: { severity: 'info' } })
  expect(await t.read(opened)).toMatchObject({
    serviceId: t.own,
    timeline: [
      {
        text: 'The alert rule names the service "Payments", but this integration is not connected to its tool. The incident was opened on the service of the integration; choose another one in the alert rule.',
      },
    ],
  })
})

test('a replayed delivery goes where its rule says', async () => {
  const t = await withRules()
  const issue = t.sentry.addIssue()
  await t.fire(issue, { service: t.payments.id })
  await t.say(issue, 'resolved')
  const { body } = await t.admin.get(`/api/v1/integrations/${t.integration.ref}/deliveries`)
  const alert = body.items.find(({ kind }: { kind: string }) => kind === 'event_alert')
  const replayed = await t.admin.post(`/api/v1/deliveries/${alert.id}/replay`)
  expect(replayed.body.result.action).toBe('triggered')
  expect(await t.incidents()).toMatchObject([{ service: 'Payments' }, { service: 'Payments' }])
})
