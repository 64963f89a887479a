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
