import { expect, test } from 'vitest'
import { diagnose, type HealthFacts, type RecentDelivery } from './diagnose.ts'

const NOW = new Date('2026-03-01T12:00:00.000Z')
const ago = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000)

const delivery = (given: Partial<RecentDelivery> = {}): RecentDelivery => ({
  at: ago(1),
  outcome: 'accepted',
  code: null,
  reason: null,
  kind: 'event_alert',
  isOurs: false,
  ...given,
})
const rejected = (code: string, reason = 'Why.', at = ago(1)) =>
  delivery({ outcome: 'rejected', code, reason, at })
const ignored = (reason: string) => delivery({ outcome: 'ignored', reason })
const seen = (kind: string, hours = 48) => ({ kind, firstAt: ago(hours), lastAt: ago(1) })

/** An integration that works. */
const healthy: HealthFacts = {
  type: 'sentry',
  toolName: 'Sentry',
  enabled: true,
  createdAt: ago(72),
  publicUrl: 'https://opsknight.example.com',
  limits: { newIncidentsPerMinute: 60, storedBodiesPerMinute: 600 },
  secret: { isSet: false, hasPrevious: false, isReadable: true, setAt: null },
  lastDeliveryAt: ago(1),
  kinds: [seen('event_alert'), seen('issue')],
  recent: [delivery()],
  missing: [],
  refusal: null,
  busiestMinute: { newIncidents: 1, storedBodies: 1 },
  levels: ['error'],
}
const withSecret = { isSet: true, hasPrevious: false, isReadable: true, setAt: ago(2) }
const nothing = { lastDeliveryAt: null, recent: [], kinds: [], levels: [] }

const of = (given: Partial<HealthFacts>) => diagnose({ ...healthy, ...given }, NOW)
const codes = (given: Partial<HealthFacts>) => of(given).map(({ code, level }) => `${level} ${code}`)

test('an integration that works has no diagnosis', () => {
  expect(of({})).toEqual([])
  expect(of({ secret: withSecret, levels: ['fatal', 'Warning', 'debug', 'sample'] })).toEqual([])
})

test.each<[string, Partial<HealthFacts>, string[]]>([
  ['nothing received for a while', nothing, ['problem nothing_received']],
  ['nothing received, but just made', { ...nothing, createdAt: ago(0.5) }, ['hint nothing_received']],
  [
    'only our own test so far',
    { recent: [delivery({ isOurs: true })], kinds: [seen('event_alert', 1)] },
    ['hint only_tests_received'],
  ],
  ['our own test after genuine ones', { recent: [delivery({ isOurs: true })] }, []],
  ['disabled and quiet', { enabled: false }, ['hint disabled']],
  [
    'disabled while its tool goes on',
    { enabled: false, recent: [rejected('integration_disabled'), delivery()] },
    ['problem disabled_refusing'],
  ],
  [
    'unsigned deliveries with a secret set',
    { secret: withSecret, recent: [rejected('signature_missing')] },
    ['problem signature_missing'],
  ],
  [
    'a wrong secret',
    { secret: withSecret, recent: [rejected('signature_invalid')] },
    ['problem signature_invalid'],
  ],
  [
    'unsigned ones beside genuine ones',
    { secret: withSecret, recent: [delivery({ at: ago(0.5) }), rejected('signature_missing')] },
    ['hint signature_missing'],
  ],
  [
    'our own signed test proves nothing about the tool',
    {
      secret: withSecret,
      recent: [delivery({ at: ago(0.5), isOurs: true }), rejected('signature_invalid')],
    },
    ['problem signature_invalid'],
  ],
  [
    '401s of before the secret was changed',
    { secret: withSecret, recent: [delivery(), rejected('signature_invalid', '', ago(3))] },
    [],
  ],
  ['401s of before the secret was removed', { recent: [delivery(), rejected('signature_missing')] }, []],
  [
    'a previous secret during the first day',
    { secret: { ...withSecret, hasPrevious: true, setAt: ago(23) } },
    [],
  ],
  [
    'a previous secret after a day',
    { secret: { ...withSecret, hasPrevious: true, setAt: ago(24) } },
    ['hint previous_secret_kept'],
  ],
  ['a secret of another key', { secret: { ...withSecret, isReadable: false } }, ['problem unreadable']],
  ['settings that cannot be read', { limits: null }, ['problem unreadable']],
  ['alerts for a day and never an issue', { kinds: [seen('event_alert', 24)] }, ['hint no_issue_webhooks']],
  ['alerts for less than a day', { kinds: [seen('event_alert', 23)] }, []],
  ['only the plugin', { kinds: [seen('webhooks_plugin')] }, ['hint cannot_resolve']],
  ['only the old event format', { kinds: [seen('event_format')] }, ['hint cannot_resolve']],
  ['the plugin beside issues', { kinds: [seen('webhooks_plugin'), seen('issue')] }, []],
  ['a level of its own making', { levels: ['error', 'blocker'] }, ['hint unusual_levels']],
  [
    'bodies that are no JSON',
    { recent: [rejected('invalid_json'), delivery()] },
    ['problem invalid_payloads'],
  ],
  ['bodies of no known shape', { recent: [rejected('invalid_payload')] }, ['problem invalid_payloads']],
  [
    'everything ignored',
    { recent: [ignored('Off'), ignored('Off'), ignored('Filter')] },
    ['problem everything_ignored'],
  ],
  ['two ignored', { recent: [ignored('Off'), ignored('Off')] }, []],
  ['some ignored', { recent: [ignored('Off'), ignored('Off'), ignored('Off'), delivery()] }, []],
  ['a storm', { busiestMinute: { newIncidents: 60, storedBodies: 60 } }, ['problem storm']],
  [
    'no limit, no storm',
    {
      limits: { newIncidentsPerMinute: null, storedBodiesPerMinute: null },
      busiestMinute: { newIncidents: 9_999, storedBodies: 9_999 },
    },
    [],
  ],
  ['bodies not kept', { busiestMinute: { newIncidents: 1, storedBodies: 600 } }, ['hint bodies_not_kept']],
  [
    'problems come before hints',
    { kinds: [seen('event_alert')], enabled: false, recent: [rejected('integration_disabled')] },
    ['problem disabled_refusing', 'hint no_issue_webhooks'],
  ],
  [
    'Sentry has no say about the Events API',
    { type: 'events', kinds: [seen('event_alert')], levels: ['odd'] },
    [],
  ],
])('%s', (_about, given, expected) => {
  expect(codes(given)).toEqual(expected)
})

test('nothing received: every cause that Sentry users meet is named', () => {
  const detail = of(nothing)[0]?.detail
  for (const words of [
    'webhook URL',
    'Integration ID',
    'alert rule is active',
    'SENTRY_DISALLOWED_IPS',
    '25.9',
  ])
    expect(detail).toContain(words)
})

test.each([
  ['http://127.0.0.1:3000', true],
  ['http://localhost:3000', true],
  ['https://ops.internal', true],
  ['http://192.168.1.5', true],
  ['http://172.20.0.5', true],
  ['http://[::1]:3000', true],
  ['http://opsknight:3000', true],
  ['http://[2001:db8::1]', false],
  ['https://172.64.0.5', false],
  ['https://opsknight.example.com', false],
  ['https://10.example.com', false],
])('of %s it says that hosted tools cannot reach it: %s', (publicUrl, expected) => {
  expect(of({ ...nothing, publicUrl })[0]?.detail.includes('OPSKNIGHT_URL')).toBe(expected)
})

test('the words say how many, why, and what to do', () => {
  expect(
    of({ secret: withSecret, recent: [rejected('signature_missing', 'The plugin never signs.')] }),
  ).toEqual([
    {
      code: 'signature_missing',
      level: 'problem',
      title: '401: 1 delivery without a signature',
      detail: 'The plugin never signs.',
    },
  ])
  const [invalid] = of({
    secret: withSecret,
    recent: [rejected('signature_invalid'), rejected('signature_invalid')],
  })
  expect(invalid?.title).toContain('2 deliveries')
  expect(invalid?.detail).toContain('Client Secret')
  const [all] = of({ recent: [ignored('Filter.'), ignored('Off'), ignored('Off')] })
  expect(all?.detail).toContain('Why: 2 × Off. 1 × Filter. Change')
  expect(of({ levels: ['blocker'] })[0]?.title).toContain('"blocker"')
})

test.each([
  [{ reads: true, writes: true }, 'Sentry refuses the token'],
  [{ reads: false, writes: true }, 'Sentry refuses changes'],
  [{ reads: true, writes: false }, 'Sentry refuses to show its issues'],
])('a connected Sentry that refuses %o is a problem, as nobody would notice', (refused, title) => {
  const [diagnosis] = of({ refusal: { ...refused, reason: 'Sentry answered 401: Invalid token' } })
  expect(diagnosis).toMatchObject({ code: 'sentry_refused', level: 'problem', title })
  expect(diagnosis?.detail).toMatch(/^Sentry answered 401: Invalid token. Alerts go on coming in/)
})
