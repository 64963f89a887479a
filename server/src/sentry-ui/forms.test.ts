import { expect, test } from 'vitest'
import { sentryForms } from '../testing/sentry-forms.ts'
import { connectedToSentry } from '../testing/sentry-loop.ts'

/** A Sentry whose pages show the forms that were pasted. */
async function withForms() {
  const connected = await connectedToSentry()
  const { t, admin, integration, sentry, secret } = connected
  const { body } = await admin.get(`/api/v1/integrations/${integration.ref}/sentry-ui-schema`)
  const installationId = sentry.installation.uuid
  return {
    ...connected,
    forms: sentryForms(t, { schema: body.schema, installationId, secret }),
    incidentOf: async (issue: { identifier: string }) =>
      (await admin.get(`/api/v1/incidents/${issue.identifier}`)).body,
  }
}

const CREATE = { title: 'Zürich is down', page: 'yes', description: 'Sentry Issue: [CHECKOUT-1](…)' }

test('an incident opened from an issue is shown beside it, pages, and is the incident of that issue from then on', async () => {
  const { t, sentry, integration, admin, forms, incidentOf, deliverAll } = await withForms()
  const issue = sentry.addIssue()
  const service = await admin.get(`/api/v1/services/${integration.serviceId}`)

  const made = await forms.createFrom(issue, { ...CREATE, service: integration.serviceId })
  expect(made).toMatchObject({ status: 200 })
  expect(made.body).toEqual({
    webUrl: `http://opsknight.test/incidents/${made.body.identifier}`,
    project: service.body.name,
    identifier: expect.stringMatching(/^\d+$/),
  })
  const incident = await incidentOf(made.body)
  expect(incident).toMatchObject({
    title: 'Zürich is down',
    description: CREATE.description,
    severity: 'error',
    dedupKey: `sentry-${issue.id}`,
    link: `https://acme.sentry.example/issues/${issue.id}/`,
    paging: { state: 'due' },
  })
  expect(incident.timeline.at(-1)).toMatchObject({
    kind: 'triggered',
    text: 'Opened from the issue in Sentry by Zoë Example',
  })

  // The link that appears by itself says the same.
  await t.runWorker()
  expect(issue.links).toEqual([made.body])
  sentry.act(issue, { status: 'resolved' })
  expect((await deliverAll()).map(({ body }) => body.result)).toMatchObject([
    { action: 'resolved', incident: { number: incident.number } },
  ])
})

test('it opens on the service that was chosen, with its severity, and pages nobody if so chosen', async () => {
  const { t, sentry, forms, incidentOf, deliverAll } = await withForms()
  const billing = await t.create.service({ name: 'Billing' })
  const issue = sentry.addIssue()
  const made = await forms.createFrom(issue, {
    ...CREATE,
    ...{ service: billing.id, page: 'no', severity: 'critical' },
  })
  expect(made.body).toMatchObject({ project: 'Billing' })
  const incident = await incidentOf(made.body)
  expect(incident).toMatchObject({ serviceName: 'Billing', severity: 'critical' })
  expect(incident.paging.state).not.toBe('due')

  sentry.act(issue, { status: 'resolved' })
  expect((await deliverAll()).map(({ body }) => body.result)).toMatchObject([
    { action: 'resolved', incident: { number: incident.number } },
  ])
})

test('pressed twice, also at once, it is one incident', async () => {
  const { sentry, integration, forms } = await withForms()
  const issue = sentry.addIssue()
  const press = () => forms.createFrom(issue, { ...CREATE, service: integration.serviceId })
  const answers = [...(await Promise.all([press(), press()])), await press()]
  expect(new Set(answers.map(({ body }) => body.identifier)).size).toBe(1)
})

test('it is in the delivery log as what it was, and can be replayed', async () => {
  const { sentry, integration, admin, forms } = await withForms()
  await forms.createFrom(sentry.addIssue(), { ...CREATE, service: integration.serviceId })
  const { body } = await admin.get(`/api/v1/integrations/${integration.ref}/deliveries`)
  expect(body.items).toMatchObject([{ kind: 'issue_link', outcome: 'accepted', result: 'triggered' }])
  const replayed = await admin.post(`/api/v1/deliveries/${body.items[0].id}/replay`)
  expect(replayed.body.result.action).toBe('deduplicated')
})

test('a service that has gone is refused with what to do', async () => {
  const { t, sentry, admin, forms } = await withForms()
  const gone = await t.create.service()
  await admin.delete(`/api/v1/services/${gone.id}`)
  const refused = await forms.createFrom(sentry.addIssue(), { ...CREATE, service: gone.id })
  expect(refused.status).toBe(400)
  expect(refused.body).toEqual({
    message: 'This service is no longer in OpsKnight. Choose another one.',
  })
})

test('services are offered by name, the own one first and chosen until somebody types', async () => {
  const { t, admin, integration, forms } = await withForms()
  const [percent, gone] = [
    await t.create.service({ name: 'A 100% service' }),
    await t.create.service({ name: 'A service that goes' }),
    await t.create.service({ name: 'Billing' }),
  ]
  await admin.delete(`/api/v1/services/${gone.id}`)

  const { body: all } = await forms.options(forms.create, 'service')
  expect(all[0]).toEqual({ label: expect.any(String), value: integration.serviceId, default: true })
  expect(all.slice(1).map(({ label }: { label: string }) => label)).toEqual(['A 100% service', 'Billing'])
  expect((await forms.options(forms.create, 'service', '0% SER')).body).toEqual([
    { label: 'A 100% service', value: percent.id },
  ])
  expect((await forms.options(forms.settings, 'service', 'check')).body).toEqual([
    { label: all[0].label, value: integration.serviceId },
  ])
})

test('active incidents are offered, newest first, by word or number', async () => {
  const { t, admin, forms } = await withForms()
  const [disk, cart, over] = [
    await t.create.incident({ title: 'Disk is full' }),
    await t.create.incident({ title: 'Cart is empty' }),
    await t.create.incident({ title: 'Cart is over' }),
  ]
  await admin.post(`/api/v1/incidents/${over.id}/resolve`)
  const offered = async (typed = '') =>
    (await forms.options(forms.link, 'incident', typed)).body.map(({ value }: { value: string }) => value)

  expect(await offered()).toEqual([cart.id, disk.id])
  expect(await offered('cart')).toEqual([cart.id])
  expect(await offered(`#${disk.number}`)).toContain(disk.id)
  const { body } = await forms.options(forms.link, 'incident', 'disk')
  expect(body[0].label).toMatch(new RegExp(`^#${disk.number} Disk is full - Checkout .*, open$`))
})

test('an alert rule is saved with settings that can be followed, and refused with what is wrong otherwise', async () => {
  const { t, admin, forms, integration } = await withForms()
  const service = await t.create.service({ name: 'Billing' })
  const saved = await forms.saveRule({ service: service.id, page: 'no', severity: 'critical' })
  expect(saved).toMatchObject({ status: 200 })
  expect(saved.body).toEqual({ message: 'Incidents open on Billing as critical and page nobody.' })
  // An optional field that was left empty comes as an empty text or as null.
  for (const severity of ['', null]) {
    const { body } = await forms.saveRule({ service: service.id, page: 'yes', severity })
    expect(body).toEqual({ message: 'Incidents open on Billing and page whoever is on call.' })
  }

  await admin.delete(`/api/v1/services/${service.id}`)
  const refusals = [
    [{ service: service.id, page: 'yes' }, 'no longer in OpsKnight'],
    [{ service: 'nonsense', page: 'yes' }, 'no longer in OpsKnight'],
    [{ page: 'yes' }, 'Choose a service'],
    [{ service: integration.serviceId, page: 'perhaps' }, 'pages whoever is on call'],
    [{ service: integration.serviceId, page: 'yes', severity: 'fatal' }, 'no severity "fatal"'],
  ] as const
  for (const [fields, why] of refusals) {
    const refused = await forms.saveRule(fields)
    expect(refused.status).toBe(400)
    expect(refused.body).toEqual({ message: expect.stringContaining(why) })
  }
})
