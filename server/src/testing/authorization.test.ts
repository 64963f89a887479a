import { randomUUID } from 'node:crypto'
import fastify from 'fastify'
import { expect, test } from 'vitest'
import { createAuth } from '../people/auth.ts'
import { type Access, registerAuthentication } from '../people/authentication.ts'
import { PUBLIC_URL, type TestApp, testApp } from './test-app.ts'

/**
 * Who may call what, written out so that a change shows up in review. A route that is not here, or that declares
 * something else, fails the test.
 */
const EXPECTED: Record<Access, string[]> = {
  public: [
    'GET /api/v1/setup',
    'POST /api/v1/setup',
    'POST /api/v1/session',
    'DELETE /api/v1/session',
    'POST /api/v1/password-links/lookup',
    'POST /api/v1/password-links/redeem',
    'POST /api/v1/contact-methods/confirmation',
    'POST /api/v1/contact-methods/confirmation/lookup',
    'GET /api/v1/replies/:token',
    'POST /api/v1/replies/:token',
  ],
  session: ['GET /api/v1/me', 'PATCH /api/v1/me', 'POST /api/v1/me/password'],
  own: [
    'POST /api/v1/users/:id/contact-methods',
    'PUT /api/v1/users/:id/notification-rules',
    'PATCH /api/v1/contact-methods/:id',
    'DELETE /api/v1/contact-methods/:id',
    'POST /api/v1/contact-methods/:id/verify',
    'POST /api/v1/contact-methods/:id/resend',
    'POST /api/v1/contact-methods/:id/test',
    'POST /api/v1/contact-methods/:id/signing-secret',
  ],
  read: [
    'GET /metrics',
    'GET /api/v1/live',
    'GET /api/v1/coverage',
    'GET /api/v1/escalation-policies',
    'GET /api/v1/escalation-policies/:id',
    'GET /api/v1/push/key',
    'GET /api/v1/incidents/:id/deliveries',
    'GET /api/v1/integrations/:id/deliveries',
    'GET /api/v1/integrations/:id/health',
    'GET /api/v1/channels',
    'GET /api/v1/channels/:channel',
    'GET /api/v1/maintenance-windows',
    'GET /api/v1/pages',
    'GET /api/v1/incidents',
    'GET /api/v1/incidents/:id',
    'GET /api/v1/incidents/:id/folded',
    'GET /api/v1/incidents/:id/ledger',
    'GET /api/v1/incidents/:id/pages',
    'GET /api/v1/incidents/:id/timeline',
    'GET /api/v1/incidents/counts',
    'GET /api/v1/integrations',
    'GET /api/v1/integrations/:id',
    'GET /api/v1/integrations/:id/sentry-connection',
    'GET /api/v1/integrations/:id/sentry-ui-schema',
    'GET /api/v1/services',
    'GET /api/v1/services/:id',
    'GET /api/v1/services/:id/integrations',
    'GET /api/v1/teams',
    'GET /api/v1/teams/:id',
    'GET /api/v1/users',
    'GET /api/v1/schedules',
    'GET /api/v1/schedules/:id',
    'GET /api/v1/schedules/:id/shifts',
    'GET /api/v1/schedules/:id/gaps',
    'POST /api/v1/schedules/preview',
    'GET /api/v1/oncall',
    'GET /api/v1/users/:id/shifts',
    // People of every role may be on call; the commands ask whose shift it is.
    'GET /api/v1/swaps',
    'POST /api/v1/schedules/:id/swaps',
    'POST /api/v1/swaps/:id/accept',
    'POST /api/v1/swaps/:id/decline',
    'POST /api/v1/swaps/:id/withdraw',
    'GET /api/v1/users/:id',
    'GET /api/v1/users/:id/contact-methods',
    'GET /api/v1/users/:id/notification-rules',
    // A calendar address is the caller's own; that of a person's shifts the command gives to them and administrators only.
    'GET /api/v1/schedules/:id/feed',
    'POST /api/v1/schedules/:id/feed',
    'DELETE /api/v1/schedules/:id/feed',
    'GET /api/v1/users/:id/feed',
    'POST /api/v1/users/:id/feed',
    'DELETE /api/v1/users/:id/feed',
  ],
  inspect: ['GET /api/v1/deliveries/:id'],
  act: [
    'POST /api/v1/schedules/:id/overrides',
    'DELETE /api/v1/schedules/:id/overrides/:overrideId',
    'POST /api/v1/deliveries/:id/replay',
    'POST /api/v1/integrations/:id/test',
    'POST /api/v1/incidents',
    'POST /api/v1/incidents/:id/acknowledge',
    'POST /api/v1/incidents/:id/assign',
    'POST /api/v1/incidents/:id/notes',
    'POST /api/v1/incidents/:id/reopen',
    'POST /api/v1/incidents/:id/resolve',
    'POST /api/v1/incidents/:id/severity',
    'POST /api/v1/incidents/:id/snooze',
    'POST /api/v1/incidents/:id/split',
    'POST /api/v1/incidents/:id/urgency',
    'POST /api/v1/incidents/bulk',
  ],
  configure: [
    'DELETE /api/v1/escalation-policies/:id',
    'PATCH /api/v1/escalation-policies/:id',
    'POST /api/v1/escalation-policies',
    'PUT /api/v1/escalation-policies/:id',
    'DELETE /api/v1/channels/:channel/settings',
    'POST /api/v1/channels/:channel/test',
    'PUT /api/v1/channels/:channel/settings',
    'DELETE /api/v1/services/:id',
    'DELETE /api/v1/schedules/:id',
    'POST /api/v1/schedules',
    'PUT /api/v1/schedules/:id',
    'POST /api/v1/maintenance-windows',
    'DELETE /api/v1/maintenance-windows/:id',
    'DELETE /api/v1/api-keys/:id',
    'DELETE /api/v1/integrations/:id',
    'DELETE /api/v1/integrations/:id/signing-secret',
    'DELETE /api/v1/integrations/:id/signing-secret/previous',
    'GET /api/v1/api-keys',
    'GET /api/v1/audit-log',
    'PATCH /api/v1/integrations/:id',
    'PATCH /api/v1/services/:id',
    'POST /api/v1/teams',
    'PUT /api/v1/teams/:id',
    'PATCH /api/v1/teams/:id',
    'DELETE /api/v1/teams/:id',
    'PATCH /api/v1/users/:id',
    'DELETE /api/v1/users/:id',
    'POST /api/v1/api-keys',
    'POST /api/v1/integrations/:id/rotate-id',
    'PUT /api/v1/integrations/:id/sentry-connection',
    'POST /api/v1/integrations/:id/sentry-connection/check',
    'DELETE /api/v1/integrations/:id/sentry-connection',
    'POST /api/v1/services',
    'POST /api/v1/services/:id/integrations',
    'POST /api/v1/users',
    'POST /api/v1/users/:id/password-link',
    'PUT /api/v1/integrations/:id/signing-secret',
  ],
  'send-events': [],
}

/**
 * Under /api and asking for no session or API key: an alert proves itself by its address and signature, what a provider hands
 * over by the provider's.
 */
const WITHOUT_PRINCIPAL = [
  '/api/events',
  '/api/integrations/:type',
  '/api/integrations/sentry/ui/alert-rule-action',
  '/api/integrations/sentry/ui/create',
  '/api/integrations/sentry/ui/incidents',
  '/api/integrations/sentry/ui/link',
  '/api/integrations/sentry/ui/services',
  '/api/replies/slack',
  '/api/replies/sms-gateway',
  '/api/replies/telegram',
  '/api/replies/twilio/call-status',
  '/api/replies/twilio/sms',
  '/api/replies/twilio/sms/status',
  '/api/replies/twilio/voice/:token',
]

const CALLERS = [
  'nobody',
  'viewer',
  'responder',
  'admin',
  'key:read',
  'key:write',
  'key:events',
  'key:admin',
] as const
type Caller = (typeof CALLERS)[number]

const ELSEWHERE = '203.0.113.9'

const MAY: Record<Access, readonly Caller[]> = {
  public: CALLERS,
  session: ['viewer', 'responder', 'admin'],
  own: ['viewer', 'responder', 'admin', 'key:admin'],
  read: ['viewer', 'responder', 'admin', 'key:read', 'key:write', 'key:admin'],
  inspect: ['responder', 'admin', 'key:write', 'key:admin'],
  act: ['responder', 'admin', 'key:write', 'key:admin'],
  configure: ['admin', 'key:admin'],
  'send-events': ['admin', 'key:events', 'key:admin'],
}

test('every route asks for what this table says', async () => {
  const { app } = await testApp()
  const declared = app.declaredRoutes.flatMap(({ method, url, access }) =>
    access && method !== 'HEAD' ? [`${access}: ${method} ${url}`] : [],
  )
  const expected = Object.entries(EXPECTED).flatMap(([access, routes]) =>
    routes.map((route) => `${access}: ${route}`),
  )
  expect(declared.sort()).toEqual(expected.sort())
})

test('what asks nobody for a name is the front door of alerts, what providers hand over, the documentation, probes and the web app', async () => {
  const { app } = await testApp()
  const open = app.declaredRoutes.filter(({ access, url }) => !access && url.startsWith('/api'))
  expect([...new Set(open.map(({ url }) => url))].sort()).toEqual(WITHOUT_PRINCIPAL)
})

test('a HEAD request asks for what its GET asks for', async () => {
  const { app } = await testApp()
  const accessOf = (wanted: string, path: string) =>
    app.declaredRoutes.find(({ method, url }) => method === wanted && url === path)?.access
  for (const { method, url, access } of app.declaredRoutes) {
    if (method === 'HEAD') expect(access, url).toBe(accessOf('GET', url))
  }
})

test.each(CALLERS)('%s may call exactly the routes that are theirs', async (caller) => {
  const t = await testApp()
  const wrong: string[] = []
  for (const { method, url, access } of t.app.declaredRoutes) {
    if (!access) continue
    const answer = await call(t, caller, method, url)
    const expected = MAY[access].includes(caller) ? 'allowed' : caller === 'nobody' ? 401 : 403
    if (answer !== expected) wrong.push(`${method} ${url}: expected ${expected}, got ${answer}`)
  }
  expect(wrong).toEqual([])
})

test('a route under /api/v1 that does not say who may call it stops the start', async () => {
  const { deps } = await testApp()
  const app = fastify()
  registerAuthentication(app, deps)
  expect(() => app.get('/api/v1/forgotten', async () => 'hello')).toThrow(
    'GET /api/v1/forgotten does not say who may call it',
  )
})

/** 401, 403, or `allowed` for everything else that a request about nothing in particular can be answered with. */
async function call(t: TestApp, caller: Caller, method: string, url: string): Promise<number | string> {
  const response = await t.app.inject({
    method: method as 'GET',
    url: url.replace(':id', randomUUID()),
    headers: { host: new URL(PUBLIC_URL).host, ...(await credentialsOf(t, caller)) },
    // From elsewhere: some of what is asked on the same machine is answered to anybody.
    remoteAddress: ELSEWHERE,
    // Some answers never end: the status is known before.
    payloadAsStream: true,
  })
  response.stream().destroy()
  const { statusCode } = response
  if (statusCode === 401 || statusCode === 403) return statusCode
  return statusCode < 500 ? 'allowed' : statusCode
}

/** Made anew for each call: some of them sign out or are of people who are changed. */
async function credentialsOf(t: TestApp, caller: Caller): Promise<Record<string, string>> {
  if (caller === 'nobody') return {}
  if (caller.startsWith('key:')) {
    const scope = caller.slice('key:'.length) as 'read'
    return { authorization: `Bearer ${await t.create.apiKey(scope)}` }
  }
  const { id } = await t.create.user({ role: caller as 'viewer' })
  const cookies = await createAuth(t.deps).startSession(id, { ip: null, userAgent: null })
  return { cookie: cookies.join('; '), origin: PUBLIC_URL }
}
