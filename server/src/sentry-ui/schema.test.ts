import { expect, test } from 'vitest'
import { z } from 'zod'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { testApp } from '../testing/test-app.ts'

// What Sentry accepts, after its source: `sentry_apps/api/parsers/schema.py` and `external_requests/utils.py`.
const Uri = z.string().regex(/^\/(?!\/)[^@]*$/)
const Label = { label: z.string(), name: z.string() }
const Default = z.enum(['issue.title', 'issue.description']).optional()
const Field = z.union([
  z.strictObject({ type: z.literal('select'), ...Label, uri: Uri, async: z.boolean() }),
  z.strictObject({
    type: z.literal('select'),
    ...Label,
    options: z.array(z.tuple([z.string(), z.string()])).min(1),
  }),
  z.strictObject({ type: z.enum(['text', 'textarea']), ...Label, default: Default }),
])
const Fields = z.array(Field).min(1)
const Form = z.strictObject({ uri: Uri, required_fields: Fields, optional_fields: Fields.optional() })
const Schema = z.strictObject({
  elements: z.tuple([
    z.strictObject({ type: z.literal('issue-link'), create: Form, link: Form }),
    z.strictObject({
      type: z.literal('alert-rule-action'),
      title: z.string(),
      settings: Form.extend({
        type: z.literal('alert-rule-settings'),
        description: z.string().min(1).max(140),
      }),
    }),
  ]),
})

const schemaOf = (ref: string) => `/api/v1/integrations/${ref}/sentry-ui-schema`

test('the schema to paste is one that Sentry accepts, and nothing is lacking once the integration is connected', async () => {
  const { admin, integration } = await connectedToSentry()
  const { status, body } = await admin.get(schemaOf(integration.ref))
  expect(status).toBe(200)
  expect(body).toEqual({ schema: expect.any(Object), lacking: [] })
  expect(() => Schema.parse(body.schema)).not.toThrow()
})

test('its addresses carry the path of OPSKNIGHT_URL, which Sentry drops', async () => {
  const t = await testApp({ environment: { OPSKNIGHT_URL: 'http://opsknight.test/on/call' } })
  const { ref } = await t.create.integration()
  const { body } = await t.withKey(await t.create.apiKey('read')).get(schemaOf(ref))
  expect(body.schema.elements[0].create.uri).toBe('/on/call/api/integrations/sentry/ui/create')
})

test('what the forms still need is said in sentences; other integrations have none', async () => {
  const t = await testApp()
  const viewer = await t.asRole('viewer')
  const admin = await t.asRole('admin')
  const { ref } = await t.create.integration()
  await admin.patch(`/api/v1/integrations/${ref}`, { enabled: false })
  expect((await viewer.get(schemaOf(ref))).body.lacking).toEqual([
    expect.stringContaining('Connect this integration'),
    expect.stringContaining('Client Secret'),
    expect.stringContaining('Enable this integration'),
  ])
  const events = await t.create.integration({}, { type: 'events' })
  expect((await viewer.get(schemaOf(events.ref))).status).toBe(409)
})

test('an installation that is not known yet is lacking too', async () => {
  const { t, admin, integration } = await connectedToSentry()
  await t.db.updateTable('sentry_connections').set({ installation_uuid: null }).execute()
  const { body } = await admin.get(schemaOf(integration.ref))
  expect(body.lacking).toEqual([expect.stringContaining('does not know the installation')])
})
