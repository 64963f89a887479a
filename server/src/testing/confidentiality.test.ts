import { expect, test } from 'vitest'
import { sentryServer } from './sentry-server.ts'
import { type Client, type TestApp, testApp } from './test-app.ts'

const SIGNING_SECRET = 'a-signing-secret-of-sentry'
/** Personal data in a body that nothing of the incident is made from. */
const IN_THE_BODY = 'reader@customer.example'

/** A service with a signed and an unsigned integration, and what arrived on them: accepted and rejected. */
async function busyServer(t: TestApp) {
  const admin = await t.asRole('admin')
  const { body: service } = await admin.post('/api/v1/services', { name: 'Shop' })
  const add = async (type: string) =>
    (await admin.post(`/api/v1/services/${service.id}/integrations`, { type })).body
  const [sentry, signed, events] = [await add('sentry'), await add('sentry'), await add('events')]
  await admin.put(`/api/v1/integrations/${signed.ref}/signing-secret`, { secret: SIGNING_SECRET })

  const broken = { unknown: 'shape', reader: IN_THE_BODY }
  await t.nobody.post(`/api/integrations/sentry?integrationId=${sentry.id}`, broken)
  await t.nobody.post(`/api/integrations/sentry?integrationId=${signed.id}`, broken)
  const event = { event_action: 'trigger', payload: { summary: 'Down', source: 'probe', severity: 'error' } }
  const authorization = `Token token=${events.id}`
  await admin.patch(`/api/v1/integrations/${events.ref}`, { settings: { newIncidentsPerMinute: 1 } })
  const send = async () =>
    (await t.client({ authorization }).post('/api/events', { ...event, unread: IN_THE_BODY })).body.result
  const [{ incident }, folded] = [await send(), await send()]
  expect(folded.action).toBe('folded')
  const deliveries = (await admin.get(`/api/v1/integrations/${sentry.ref}/deliveries`)).body
  return {
    admin,
    integrations: [sentry, signed, events],
    ids: [
      service.id,
      incident.id,
      folded.incident.id,
      sentry.ref,
      signed.ref,
      events.ref,
      deliveries.items[0].id,
    ] as string[],
    addresses: [sentry.id, signed.id, events.id] as string[],
  }
}

/** Every answer to every GET of the REST API, about everything there is. */
async function readEverything(t: TestApp, reader: Client, ids: string[]): Promise<string> {
  const paths = t.app.declaredRoutes
    // The live stream never ends; it carries ids only.
    .filter(({ method, url, access }) => method === 'GET' && access && url !== '/api/v1/live')
    .flatMap(({ url }) => (url.includes(':id') ? ids.map((id) => url.replace(':id', id)) : [url]))
  const texts: string[] = []
  for (const path of new Set(paths)) texts.push((await reader.get(path)).text)
  return texts.join('\n')
}

test('viewers, and keys that only read, find no integration address and no delivery body anywhere', async () => {
  const t = await testApp()
  const { ids, addresses, admin } = await busyServer(t)
  const readers = { viewer: await t.asRole('viewer'), key: t.withKey(await t.create.apiKey('read')) }

  const toAdmin = await readEverything(t, admin, ids)
  for (const address of addresses) expect(toAdmin).toContain(address)
  expect(toAdmin).toContain(IN_THE_BODY)

  for (const [name, reader] of Object.entries(readers)) {
    const text = await readEverything(t, reader, ids)
    expect(text, name).toContain('"Shop"')
    expect(text, name).not.toContain(IN_THE_BODY)
    for (const address of addresses) expect(text, name).not.toContain(address)
  }
})

test('a signing secret is in no answer, not even to an administrator, and in no line of the log', async () => {
  const t = await testApp()
  const { ids, addresses, admin } = await busyServer(t)

  expect(await readEverything(t, admin, ids)).not.toContain(SIGNING_SECRET)
  expect(t.logged.join('')).not.toContain(SIGNING_SECRET)
  for (const address of addresses) expect(t.logged.join('')).not.toContain(address)
})

test('the token and the Client Secret of a connected Sentry are in no answer and in no line of the log, whatever Sentry says', async () => {
  const t = await testApp({ environment: { OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1' } })
  const { ids, admin, integrations } = await busyServer(t)
  const sentry = await sentryServer()
  const connection = `/api/v1/integrations/${integrations[0].ref}/sentry-connection`
  const given = { ...sentry.connection, clientSecret: SIGNING_SECRET }
  const answers = [await admin.put(connection, given)]
  expect(answers[0]!.status).toBe(200)

  sentry.answerInstead(({ headers }) => ({
    status: 403,
    body: { detail: `Not with ${headers.authorization}` },
  }))
  answers.push(await admin.post(`${connection}/check`))
  await t.deliver({ ...integrations[0], secret: SIGNING_SECRET }, sentry.alert(sentry.addIssue()).body, {
    headers: { 'sentry-hook-resource': 'event_alert' },
    secret: SIGNING_SECRET,
  })
  await t.runWorker()
  answers.push(await admin.put(connection, { ...given, url: 'no address' }))
  answers.push(await admin.put(connection, { ...given, organization: 'another' }))

  const shown = [...answers.map(({ text }) => text), await readEverything(t, admin, ids), ...t.logged].join(
    '\n',
  )
  expect(shown).toContain('sentry_connected')
  expect(shown).toContain('Not with')
  for (const secret of [sentry.token, SIGNING_SECRET]) expect(shown).not.toContain(secret)
})
