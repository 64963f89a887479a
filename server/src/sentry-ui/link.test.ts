import { expect, test } from 'vitest'
import { sentryForms } from '../testing/sentry-forms.ts'
import { connectedToSentry } from '../testing/sentry-loop.ts'

async function withForms() {
  const connected = await connectedToSentry()
  const { t, admin, integration, sentry, secret } = connected
  const { body } = await admin.get(`/api/v1/integrations/${integration.ref}/sentry-ui-schema`)
  const forms = sentryForms(t, { schema: body.schema, installationId: sentry.installation.uuid, secret })
  const timelineOf = async (id: string): Promise<{ kind: string; text: string }[]> =>
    (await admin.get(`/api/v1/incidents/${id}/timeline`)).body.items
  return { ...connected, forms, timelineOf }
}

test('an issue that is linked to an incident is shown at it, by name, and what happens to the incident reaches the issue', async () => {
  const { t, sentry, forms, member, timelineOf } = await withForms()
  const { user, client } = await member('Ana Example')
  const issue = sentry.addIssue()
  const incident = await t.create.incident({ title: 'Checkout is slow' })

  const linked = await forms.linkTo(issue, incident.id)
  expect(linked).toMatchObject({ status: 200 })
  expect(linked.body).toEqual({
    webUrl: `http://opsknight.test/incidents/${incident.number}`,
    project: expect.any(String),
    identifier: String(incident.number),
  })
  const url = `https://acme.sentry.example/issues/${issue.id}/`
  expect((await timelineOf(incident.id))[0]).toMatchObject({
    kind: 'noted',
    text: `The Sentry issue ${url} was linked to this incident by Zoë Example`,
  })
  expect((await client.get(`/api/v1/incidents/${incident.id}`)).body.link).toBe(url)

  await client.post(`/api/v1/incidents/${incident.id}/acknowledge`)
  await t.runWorker()
  expect(issue.assignedTo).toMatchObject({ email: user.email })
  await client.post(`/api/v1/incidents/${incident.id}/resolve`)
  await t.runWorker()
  expect(issue.status).toBe('resolved')
})

test('an issue is not resolved while an incident that it was linked to is active, whichever one of it was resolved', async () => {
  const { t, sentry, deliver, forms, member, timelineOf } = await withForms()
  const { client } = await member('Ana Example')
  const issue = sentry.addIssue()
  const own = (await deliver(sentry.alert(issue))).body.result.incident as { id: string }
  const linked = await t.create.incident({ title: 'Checkout is slow' })
  const act = async (id: string, action: 'resolve' | 'reopen') => {
    await client.post(`/api/v1/incidents/${id}/${action}`)
    await t.runWorker()
    return issue.status
  }
  expect(await act(own.id, 'resolve')).toBe('resolved')
  await forms.linkTo(issue, linked.id)
  expect(await act(own.id, 'reopen')).toBe('unresolved')

  expect(await act(own.id, 'resolve')).toBe('unresolved')
  const said = (await timelineOf(own.id)).find(({ kind }) => kind === 'synced')
  expect(said?.text).toBe(`The issue is not resolved: incident #${linked.number} is about it too`)
  expect(await act(linked.id, 'resolve')).toBe('resolved')
})

test('whoever has the incident already gets the issue with the link', async () => {
  const { t, sentry, forms, member } = await withForms()
  const { user, client } = await member('Ana Example')
  const issue = sentry.addIssue()
  const incident = await t.create.incident()
  await client.post(`/api/v1/incidents/${incident.id}/acknowledge`)
  await forms.linkTo(issue, incident.id)
  await t.runWorker()
  expect(issue.assignedTo).toMatchObject({ email: user.email })
})

test('linking twice changes nothing; another choice takes the place of the first', async () => {
  const { t, sentry, forms, admin, timelineOf } = await withForms()
  const issue = sentry.addIssue()
  const [first, second] = [await t.create.incident(), await t.create.incident()]
  expect((await forms.linkTo(issue, first.id)).body).toEqual((await forms.linkTo(issue, first.id)).body)
  expect((await timelineOf(first.id)).filter(({ kind }) => kind === 'noted')).toHaveLength(1)

  await forms.linkTo(issue, second.id)
  expect((await timelineOf(first.id))[0]!.text).toContain(`was linked to #${second.number} instead`)
  await admin.post(`/api/v1/incidents/${first.id}/resolve`)
  await t.runWorker()
  expect(issue.status).toBe('unresolved')
})

test('what cannot be linked is refused with the reason', async () => {
  const { t, sentry, forms, admin, deliver } = await withForms()
  const issue = sentry.addIssue()
  const over = await t.create.incident()
  await admin.post(`/api/v1/incidents/${over.id}/resolve`)
  const refusals = [
    [over.id, `Incident #${over.number} is resolved`],
    ['999999', 'not in OpsKnight'],
    ['nonsense', 'not in OpsKnight'],
    ['', 'Choose an incident'],
  ] as const
  for (const [incident, why] of refusals) {
    const refused = await forms.linkTo(issue, incident)
    expect(refused.status).toBe(400)
    expect(refused.body).toEqual({ message: expect.stringContaining(why) })
  }

  const opened = await deliver(sentry.alert(issue))
  const own = opened.body.result.incident
  expect((await forms.linkTo(issue, (await t.create.incident()).id)).body.message).toContain(
    `has incident #${own.number} already`,
  )
  expect((await forms.linkTo(issue, own.id)).body.identifier).toBe(String(own.number))
})

test('two people who link an issue to different incidents at once leave it with one of them', async () => {
  const { t, sentry, forms } = await withForms()
  const issue = sentry.addIssue()
  const incidents = [await t.create.incident(), await t.create.incident()]
  const answers = await Promise.all(incidents.map(({ id }) => forms.linkTo(issue, id)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  const links = await t.db.selectFrom('incident_links').select('incident_id').execute()
  expect(links).toEqual([{ incident_id: expect.any(String) }])
})

test('what Sentry says of a linked issue reaches that incident, on whichever service it is and whatever its alert rule says', async () => {
  const { t, sentry, forms, admin, deliver, deliverAll } = await withForms()
  const issue = sentry.addIssue()
  const [there, elsewhere] = [await t.create.service(), await t.create.service()]
  const { body: incident } = await admin.post('/api/v1/incidents', {
    serviceId: there.id,
    title: 'Customers cannot pay',
  })
  await forms.linkTo(issue, incident.id)

  const rule = [{ name: 'service', value: elsewhere.id }]
  for (const alert of [sentry.alert(issue), sentry.alert(issue, rule)]) {
    expect((await deliver(alert)).body.result).toMatchObject({
      action: 'deduplicated',
      incident: { number: incident.number },
    })
  }
  sentry.act(issue, { status: 'resolved' })
  expect((await deliverAll()).map(({ body }) => body.result)).toMatchObject([
    { action: 'resolved', incident: { number: incident.number } },
  ])
  // It is over: the next alert is a new problem.
  const next = await deliver(sentry.alert(issue))
  expect(next.body.result.action).toBe('triggered')
})

test('an incident that is about more than the issue is not over with it, and says so', async () => {
  const { t, sentry, forms, admin, deliverAll, timelineOf } = await withForms()
  const [issue, another] = [sentry.addIssue(), sentry.addIssue()]
  const monitored = await t.create.incident()
  const { body: reported } = await admin.post('/api/v1/incidents', {
    serviceId: monitored.serviceId,
    title: 'Everything is slow',
  })
  const third = sentry.addIssue()
  await forms.linkTo(issue, monitored.id)
  await forms.linkTo(another, reported.id)
  await forms.linkTo(third, reported.id)

  sentry.act(issue, { status: 'ignored' })
  sentry.act(issue, { status: 'resolved' })
  sentry.act(another, { status: 'resolved' })
  expect((await deliverAll()).map(({ body }) => body.result.action)).toEqual(['noted', 'noted', 'noted'])
  for (const { id } of [monitored, reported]) {
    expect((await admin.get(`/api/v1/incidents/${id}`)).body.status).toBe('open')
    expect((await timelineOf(id))[0]!.text).toBe(
      'Resolved in Sentry by Ana Example. The incident goes on, as it is about more than this issue',
    )
  }
})

test('an alert and a link at once: the issue has one incident', async () => {
  const { t, sentry, forms, admin, deliver } = await withForms()
  const { body: service } = await admin.post('/api/v1/services', { name: 'Where it was reported' })
  for (let round = 0; round < 5; round += 1) {
    const issue = sentry.addIssue()
    const report = { serviceId: service.id, title: `Reported ${round}` }
    const { body: incident } = await admin.post('/api/v1/incidents', report)
    const [linked, alerted] = await Promise.all([
      forms.linkTo(issue, incident.id),
      deliver(sentry.alert(issue)),
    ])
    const own = alerted.body.result.incident.number
    if (linked.status === 200) expect(own).toBe(incident.number)
    else expect(linked.body.message).toContain(`has incident #${own} already`)
    const active = await t.db
      .selectFrom('incidents')
      .select('id')
      .where('dedup_key', '=', `sentry-${issue.id}`)
      .execute()
    expect(active).toHaveLength(linked.status === 200 ? 0 : 1)
  }
})

test('what its own tool says of an incident is not told to the Sentry of a linked issue, nor undone by it', async () => {
  const { t, sentry, forms, admin } = await withForms()
  const issue = sentry.addIssue()
  const { integration, dedupKey, id } = await t.create.incident()
  await forms.linkTo(issue, id)
  await t.runWorker()
  const requests = sentry.received.length

  await t.deliver(integration, { event_action: 'resolve', dedup_key: dedupKey })
  await t.runWorker()
  expect(sentry.received).toHaveLength(requests)
  expect((await admin.get(`/api/v1/incidents/${id}`)).body.status).toBe('resolved')
})
