import { createHmac, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sentryForms } from '../testing/sentry-forms.ts'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import type { Answer } from '../testing/test-app.ts'

const OTHER_SECRET = 'the client secret of somebody else'

async function setUp() {
  const connected = await connectedToSentry()
  const { t, admin, integration, sentry, secret } = connected
  const { body } = await admin.get(`/api/v1/integrations/${integration.ref}/sentry-ui-schema`)
  const installationId = sentry.installation.uuid
  const formsOf = (given: { installationId?: string; secret?: string } = {}) =>
    sentryForms(t, { schema: body.schema, installationId, secret, ...given })
  return { ...connected, formsOf }
}

const signatureOfNothing = (secret: string) => createHmac('sha256', secret).update('').digest('hex')

type Forms = ReturnType<Awaited<ReturnType<typeof setUp>>['formsOf']>

/** Everything that whoever asks can see, but for the time and the number of the request. */
function shown({ status, headers, text }: Answer) {
  const { date: _, 'x-request-id': __, ...others } = headers
  return { status, headers: others, text }
}

/** Each of the five ways in. */
const ways = (forms: Forms, issue: Parameters<Forms['createFrom']>[0]) => [
  forms.options(forms.create, 'service'),
  forms.options(forms.link, 'incident'),
  forms.createFrom(issue, { service: 'x' }),
  forms.linkTo(issue, '1'),
  forms.saveRule({ service: 'x' }),
]

test('a stranger, a wrong signature and one of another Sentry are answered alike, and nothing happens', async () => {
  const { t, sentry, formsOf, secret } = await setUp()
  const issue = sentry.addIssue()
  const strangers = [
    formsOf({ installationId: randomUUID() }),
    formsOf({ installationId: '' }),
    formsOf({ secret: OTHER_SECRET }),
    formsOf({ installationId: randomUUID(), secret: OTHER_SECRET }),
  ]
  const answers = await Promise.all(strangers.flatMap((forms) => ways(forms, issue)))
  const forms = formsOf()
  const unsigned = await Promise.all([
    forms.ask(forms.create.required_fields.find(({ uri }) => uri)!, {}, {} as never),
    forms.tell(forms.link.uri, forms.bodyOf(issue, { incident: '1' }), {}),
    // The signature of a GET is that of no bytes at all; it opens nothing else.
    forms.tell(forms.link.uri, forms.bodyOf(issue, { incident: '1' }), {
      'sentry-app-signature': signatureOfNothing(secret),
    }),
  ])
  const [first, ...others] = [...answers, ...unsigned].map(shown)
  expect(first).toMatchObject({ status: 403 })
  expect(JSON.parse(first!.text)).toEqual({ message: expect.stringContaining('Client Secret') })
  for (const other of others) {
    const { 'content-length': _, ...headers } = other.headers
    expect({ ...other, headers: { ...headers, 'content-length': first!.headers['content-length'] } }).toEqual(
      first,
    )
  }
  expect(await t.db.selectFrom('incidents').select('id').execute()).toEqual([])
})

test('a form of one Sentry says nothing about the incidents of an integration that another one is connected with', async () => {
  const { t, admin, sentry, formsOf } = await setUp()
  const other = await t.create.integration({}, { secret: OTHER_SECRET })
  await admin.put(`/api/v1/integrations/${other.ref}/sentry-connection`, sentry.connection)
  await t.db
    .updateTable('sentry_connections')
    .set({ installation_uuid: 'another-installation' })
    .where('integration_id', '=', other.ref)
    .execute()
  const own = await formsOf({ installationId: 'another-installation', secret: OTHER_SECRET }).options(
    formsOf().create,
    'service',
  )
  expect(own.body[0]).toMatchObject({ value: other.serviceId, default: true })
  expect((await formsOf({ installationId: 'another-installation' }).saveRule({})).status).toBe(403)
})

test('two integrations of one installation: the one whose secret fits and that is enabled is meant', async () => {
  const { t, admin, sentry, integration, formsOf } = await setUp()
  const other = await t.create.integration({}, { secret: OTHER_SECRET })
  await admin.put(`/api/v1/integrations/${other.ref}/sentry-connection`, sentry.connection)
  const chosen = async (forms: Forms) =>
    (await forms.options(forms.create, 'service')).body[0].value as string
  expect(await chosen(formsOf())).toBe(integration.serviceId)
  expect(await chosen(formsOf({ secret: OTHER_SECRET }))).toBe(other.serviceId)
})

test('a change of the secret holds at once; the previous one goes on as long as it is kept', async () => {
  const { admin, integration, formsOf } = await setUp()
  const status = async (secret?: string) =>
    (await formsOf(secret ? { secret } : {}).options(formsOf().create, 'service')).status
  expect(await status()).toBe(200)
  const url = `/api/v1/integrations/${integration.ref}/signing-secret`
  await admin.put(url, { secret: OTHER_SECRET, keepPrevious: true })
  expect([await status(), await status(OTHER_SECRET)]).toEqual([200, 200])
  await admin.delete(`${url}/previous`)
  expect([await status(), await status(OTHER_SECRET)]).toEqual([403, 200])
  await admin.delete(url)
  expect([await status(), await status(OTHER_SECRET)]).toEqual([403, 403])
})

test('only who signs right is told that the integration is disabled; once disconnected it is known no more', async () => {
  const { admin, integration, formsOf } = await setUp()
  const ask = (secret?: string) => formsOf(secret ? { secret } : {}).options(formsOf().create, 'service')
  await admin.patch(`/api/v1/integrations/${integration.ref}`, { enabled: false })
  expect((await ask()).body.message).toMatch(/is disabled in OpsKnight/)
  expect((await ask(OTHER_SECRET)).body.message).not.toMatch(/disabled/)

  await admin.patch(`/api/v1/integrations/${integration.ref}`, { enabled: true })
  expect((await ask()).status).toBe(200)
  await admin.delete(`/api/v1/integrations/${integration.ref}/sentry-connection`)
  expect((await ask()).status).toBe(403)
})

test('what is no JSON, and more than a form holds, is refused in words', async () => {
  const { sentry, formsOf } = await setUp()
  const forms = formsOf()
  const large = await forms.createFrom(sentry.addIssue(), { description: 'x'.repeat(300_000) })
  expect(large.status).toBe(413)
  expect(large.body).toEqual({ message: expect.stringContaining('Shorten the text') })
  expect((await forms.tell(forms.create.uri, 'nonsense' as never)).status).toBe(403)
})
