import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { provider, type Received } from '../testing/provider.ts'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { sentryServer } from '../testing/sentry-server.ts'
import { testApp } from '../testing/test-app.ts'

const LOCAL = { OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1' }

/** An integration that is to be connected, and how its connection is set and seen. */
async function toBeConnected({ environment = LOCAL }: { environment?: Record<string, string> } = {}) {
  const t = await testApp({ environment })
  const sentry = await sentryServer({ now: () => t.clock.now() })
  const integration = await t.create.integration()
  const admin = await t.asRole('admin')
  const url = `/api/v1/integrations/${integration.ref}/sentry-connection`
  return {
    ...{ t, sentry, integration, admin, url },
    connect: (given: object = {}) => admin.put(url, { ...sentry.connection, ...given }),
    check: () => admin.post(`${url}/check`),
  }
}

const paths = (received: Received[]) => received.map(({ method, url }) => `${method} ${url}`)

test('connecting finds out what the token may do and which installation it belongs to, and changes nothing in Sentry', async () => {
  const { t, sentry, integration, connect } = await toBeConnected()
  const { body } = await connect()
  expect(body).toMatchObject({
    url: sentry.url,
    organization: 'acme',
    check: {
      problem: null,
      granted: ['event:read', 'event:write', 'org:read'],
      lacking: [{ scope: 'project:read', for: expect.stringContaining('suspect commit'), optional: true }],
      installation: { uuid: sentry.installation.uuid, appSlug: sentry.app.slug },
    },
    ...{ readsRefused: null, writesRefused: null, pausedUntil: null },
  })
  expect(new Set(sentry.received.map(({ method }) => method))).toEqual(new Set(['GET']))
  expect(JSON.stringify(body)).not.toContain(sentry.token)
  const row = await t.db.selectFrom('sentry_connections').selectAll().executeTakeFirstOrThrow()
  expect(row.token.toString('latin1')).not.toContain(sentry.token)
  expect(row).toMatchObject({ integration_id: integration.ref, app_uuid: sentry.app.uuid })
})

const DENIED = { status: 403, body: { detail: 'You do not have permission to perform this action.' } }

test.each<[about: string, given: object, instead: Parameters<typeof provider>[0] | null, problem: RegExp]>([
  ['a wrong token', { token: 'f'.repeat(64) }, null, /does not know this token/],
  ['the token of a person', { token: `sntryu_${'f'.repeat(64)}` }, null, /token of a person/],
  ['a token for releases', { token: `sntrys_${'f'.repeat(64)}` }, null, /only upload releases/],
  ['a wrong organization', { organization: 'other' }, null, /knows no such organization/],
  ['no Sentry at all', {}, () => ({ body: { hello: 'world' } }), /is no Sentry/],
  ['a web page', {}, () => ({ body: '<!doctype html><h1>Welcome</h1>' }), /web page in place of JSON/],
  ['JSON that is cut off', {}, () => ({ body: '{"version": "0", "au' }), /cut off/],
  [
    'an address that leads elsewhere',
    {},
    () => ({ status: 302, headers: { location: '/auth/' } }),
    /enter the address that it leads to/,
  ],
  ['a Sentry with trouble', {}, () => ({ status: 502, body: 'Bad gateway' }), /answered 502/],
  [
    'a proxy that takes the token off',
    {},
    () => ({ body: { version: '0', auth: null, user: null } }),
    /takes the Authorization header off/,
  ],
  [
    'a token of another integration',
    {},
    ({ url }) => (url.startsWith('/api/0/sentry-app-installations/') ? DENIED : undefined),
    /belongs to no internal integration/,
  ],
  [
    'a token that is shown all installations',
    {},
    ({ url }) =>
      url.startsWith('/api/0/sentry-app-installations/')
        ? { body: { uuid: randomUUID(), app: { uuid: randomUUID(), slug: 'any' } } }
        : undefined,
    /look like theirs/,
  ],
])('%s is recognised, and what to do is said', async (_about, given, instead, problem) => {
  const { sentry, connect } = await toBeConnected()
  sentry.answerInstead(instead as Parameters<typeof sentry.answerInstead>[0])
  const { status, body } = await connect(given)
  expect([status, body.check.problem]).toEqual([200, expect.stringMatching(problem)])
})

test('a private address is refused, and the setting that allows it is named', async () => {
  const { sentry, connect } = await toBeConnected({ environment: {} })
  const { body } = await connect()
  expect(body.check.problem).toMatch(/127\.0\.0\.1.*OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES/)
  expect(sentry.received).toEqual([])
})

test.each([
  ['sentry.example.com', 'no address'],
  ['💥', 'no address'],
  ['ftp://sentry.example.com', 'not of the web'],
  ['https://ana:secret@sentry.example.com', 'with a password'],
  ['https://sentry.example.com/?a=b', 'with a query'],
])('%s is refused: it is %s', async (url) => {
  const { connect } = await toBeConnected()
  const { status, body } = await connect({ url })
  expect([status, body.errors[0].path]).toEqual([400, 'url'])
})

test('nothing answers there', async () => {
  const { connect } = await toBeConnected()
  const { body } = await connect({ url: 'http://127.0.0.1:9' })
  expect(body.check.problem).toMatch(/could not be reached: nothing listens there/)
})

test('what the token lacks is said with what it is for, and not tried', async () => {
  const { t, sentry, connect } = await toBeConnected()
  sentry.scopes.delete('event:write')
  sentry.scopes.add('project:admin')
  const { body } = await connect()
  expect(body.check.lacking).toEqual([
    {
      scope: 'event:write',
      for: expect.stringContaining('not assigned, resolved or linked'),
      optional: false,
    },
  ])
  expect(body).toMatchObject({
    readsRefused: null,
    writesRefused: { at: t.clock.now().toISOString() },
    refusal: 'The token lacks event:write',
  })
})

test('event:admin is enough for all that is done with issues', async () => {
  const { sentry, connect } = await toBeConnected()
  sentry.scopes.clear()
  for (const scope of ['event:admin', 'org:admin']) sentry.scopes.add(scope)
  sentry.answerInstead(({ url }) => (url.endsWith('/sentry-app-installations/') ? { body: [] } : undefined))
  expect((await connect()).body.check.lacking).toMatchObject([{ scope: 'project:read' }])
})

test('a check while Sentry is away forgets nothing that was known', async () => {
  const { sentry, connect, check } = await toBeConnected()
  const before = (await connect()).body.check
  sentry.answerInstead(() => ({ status: 503, body: '' }))
  const { body } = await check()
  expect(body.check).toEqual({ ...before, problem: expect.stringContaining('answered 503') })
})

test('a token that was refused stays so until a check has found it good', async () => {
  const { sentry, connect, check } = await toBeConnected()
  await connect({ token: 'f'.repeat(64) })
  sentry.answerInstead(() => ({ status: 503, body: '' }))
  expect((await check()).body).toMatchObject({ readsRefused: {}, writesRefused: {} })
  sentry.answerInstead(null)
  expect((await connect()).body).toMatchObject({ readsRefused: null, writesRefused: null, refusal: null })
})

test('a change of its behaviour alone asks Sentry nothing', async () => {
  const { sentry, connect } = await toBeConnected()
  const { body } = await connect()
  const requests = sentry.received.length
  const changed = await connect({ token: undefined, behaviour: { assign: false } })
  expect(changed.body).toMatchObject({ check: body.check, behaviour: { assign: false, enrich: true } })
  expect(sentry.received).toHaveLength(requests)
})

test('a token is never sent to an address that it was not entered for', async () => {
  const { connect } = await toBeConnected()
  const elsewhere = await provider()
  await connect()
  const refused = await connect({ url: elsewhere.url, token: undefined })
  expect([refused.status, refused.body.errors[0].path]).toEqual([400, 'token'])
  expect(elsewhere.received).toEqual([])
})

test('a check that ends after the connection was changed says nothing about the new one', async () => {
  const { t, sentry, connect, check, admin, url } = await toBeConnected()
  await connect()
  const held = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const slow = await provider((_request, response) => {
    asked.resolve()
    void held.promise.then(() => response.writeHead(401).end('{"detail":"Invalid token"}'))
    return undefined
  })
  await t.db.updateTable('sentry_connections').set({ url: slow.url }).execute()
  const checking = check()
  await asked.promise
  t.clock.advance({ seconds: 1 })
  await admin.put(url, sentry.connection)
  held.resolve()
  expect((await checking).body).toMatchObject({ readsRefused: null, check: { problem: null } })
})

test('without org:read the installation is learnt from a signed alert, and the issue shows its link', async () => {
  const { t, sentry, deliver, integration, admin } = await connectedToSentry()
  sentry.scopes.delete('org:read')
  await t.db
    .updateTable('sentry_connections')
    .set({ installation_uuid: null, app_uuid: null, app_slug: null })
    .execute()
  const issue = sentry.addIssue()
  await deliver(sentry.alert(issue))
  await t.runWorker()
  expect(issue.links).toHaveLength(1)
  const { body } = await admin.get(`/api/v1/integrations/${integration.ref}/sentry-connection`)
  expect(body.check.installation).toEqual({ uuid: sentry.installation.uuid, appSlug: null })
})

test('an unsigned alert teaches nothing about the installation', async () => {
  const { t, sentry, integration, connect } = await toBeConnected()
  sentry.scopes.delete('org:read')
  sentry.answerInstead(({ url }) => (url.includes('/issues/?') ? { body: [] } : undefined))
  await connect()
  const { resource, body } = sentry.alert(sentry.addIssue())
  await t.deliver(integration, body, { headers: { 'sentry-hook-resource': resource } })
  await t.runWorker()
  const row = await t.db.selectFrom('sentry_connections').selectAll().executeTakeFirstOrThrow()
  expect([row.installation_uuid, paths(sentry.received).filter((path) => path.startsWith('POST'))]).toEqual([
    null,
    [],
  ])
})

test('what came unsigned before there was a secret teaches nothing about the installation either', async () => {
  const { t, sentry, integration, connect } = await toBeConnected()
  sentry.scopes.delete('org:read')
  const { resource, body } = sentry.alert(sentry.addIssue())
  const forged = { ...body, installation: { uuid: '0'.repeat(32) } }
  await t.deliver(integration, forged, { headers: { 'sentry-hook-resource': resource } })
  t.clock.advance({ seconds: 1 })
  const { body: connected } = await connect({ clientSecret: 'the client secret of the integration' })
  expect(connected.check).toMatchObject({ installation: null })
})

test('without org:read a wrong organization is found out by its issues', async () => {
  const { sentry, connect } = await toBeConnected()
  sentry.scopes.delete('org:read')
  sentry.answerInstead(({ url }) => (url.includes('/acme/issues/?') ? { body: [] } : undefined))
  expect((await connect()).body.check).toMatchObject({ problem: null, installation: null })
  expect((await connect({ organization: 'other' })).body.check.problem).toMatch(/no such organization/)
})

test('deleting the integration, its service, or the connection deletes the token and what waits', async () => {
  const { t, sentry, deliver, integration, admin } = await connectedToSentry()
  await deliver(sentry.alert(sentry.addIssue()))
  const rows = async () =>
    Promise.all(
      (['sentry_connections', 'incident_outbox', 'sentry_issues'] as const).map(
        async (table) => (await t.db.selectFrom(table).select('integration_id').execute()).length,
      ),
    )
  expect(await rows()).toEqual([1, 1, 0])
  expect((await admin.delete(`/api/v1/integrations/${integration.ref}`)).status).toBe(204)
  expect(await rows()).toEqual([0, 0, 0])

  const other = await t.create.integration()
  await admin.put(`/api/v1/integrations/${other.ref}/sentry-connection`, sentry.connection)
  const { resource, body } = sentry.alert(sentry.addIssue())
  await t.deliver(other, body, { headers: { 'sentry-hook-resource': resource } })
  await t.runWorker()
  expect(await rows()).toEqual([1, 0, 1])
  const { body: found } = await admin.get(`/api/v1/integrations/${other.ref}`)
  expect((await admin.delete(`/api/v1/services/${found.serviceId}`)).status).toBe(204)
  expect(await rows()).toEqual([0, 0, 0])
})

test('what waits is not told to another organization', async () => {
  const { t, sentry, deliver, integration, admin } = await connectedToSentry()
  await deliver(sentry.alert(sentry.addIssue()))
  await admin.put(`/api/v1/integrations/${integration.ref}/sentry-connection`, {
    ...sentry.connection,
    organization: 'other',
  })
  expect(await t.db.selectFrom('incident_outbox').selectAll().execute()).toEqual([])
})
