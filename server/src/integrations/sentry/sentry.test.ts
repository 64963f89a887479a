import { describe, expect, test } from 'vitest'
import { SentryDetails } from '#contract/sentry.ts'
import { loadFixture, loadFixtures } from '../fixtures.ts'
import type { AlertEvent } from '../types.ts'
import { sentry } from './index.ts'

const translate = (body: unknown, resource?: string, settings: Record<string, unknown> = {}) =>
  sentry.translate(
    {
      headers: resource ? { 'sentry-hook-resource': resource } : {},
      rawBody: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    },
    sentry.settings.parse(settings),
  )

function eventOf(...input: Parameters<typeof translate>): AlertEvent {
  const translation = translate(...input)
  if (!('events' in translation) || !translation.events[0]) throw new Error(JSON.stringify(translation))
  return translation.events[0]
}

const issueBody = (issue: Record<string, unknown>) => ({
  action: 'created',
  issue: { id: '1', title: 'Broken', ...issue },
})
const eventBody = (event: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  action: 'triggered',
  data: { event: { issue_id: '1', title: 'Broken', ...event }, ...more },
})

test('one issue has one key, whichever of the four shapes names it, as a number or as a string', () => {
  const keys = [
    eventOf({ action: 'created', issue: { id: '4509414', title: 'A' } }),
    eventOf({ action: 'created', issue: { id: 4509414, title: 'A' } }),
    eventOf({
      action: 'created',
      issue: { title: 'A', permalink: 'https://sentry.io/organizations/o/issues/4509414/' },
    }),
    eventOf({ event: { event_id: 'e1', issue_id: 4509414, message: 'A' } }),
    eventOf({ id: 4509414, project_slug: 'p', message: 'A', event: {} }),
    eventOf({
      url: 'https://sentry.io/o/p/issues/4509414/?referrer=x',
      project_slug: 'p',
      message: 'A',
      event: {},
    }),
    eventOf({ data: { event: { issue_id: 4509414, title: 'A' } } }, 'event_alert'),
    eventOf(
      { data: { event: { issue_url: 'https://sentry.io/api/0/issues/4509414/', title: 'A' } } },
      'event_alert',
    ),
    eventOf({ action: 'resolved', data: { issue: { id: 4509414 } } }, 'issue'),
    eventOf(
      { action: 'triggered', data: { issue: { id: '4509414' }, activity: { type: 'note' } } },
      'activity_alert',
    ),
    eventOf({ action: 'created', data: { issue_id: 4509414, comment: 'Hm' } }, 'comment'),
    eventOf({ action: 'coding_started', data: { group_id: 4509414 } }, 'seer'),
  ].map(({ dedupKey }) => dedupKey)
  expect(new Set(keys)).toEqual(new Set(['sentry-4509414']))
})

test('an id beyond 2^53 is the same as a number and as a string, also deep inside', () => {
  const id = '98765432109876543210'
  expect(eventOf(`{"id":${id},"project_slug":"p","message":"A","event":{}}`).dedupKey).toBe(`sentry-${id}`)
  expect(eventOf(`{"data":{"event":{"title":"A","issue_id": ${id} }}}`, 'event_alert').dedupKey).toBe(
    `sentry-${id}`,
  )
  expect(eventOf(issueBody({ id })).dedupKey).toBe(`sentry-${id}`)
})

test('the many events of an issue give its incident no further names', () => {
  expect(eventOf(eventBody({ event_id: 'ab77' }), 'event_alert').aliases).toEqual([])
})

test('a metric alert is also known by its rule, which stays the same when the alert gets another id', () => {
  const metric = { action: 'critical', data: { metric_alert: { id: 5, title: 'A', alert_rule: { id: 9 } } } }
  const { dedupKey, aliases } = eventOf(metric, 'metric_alert')
  expect([dedupKey, ...aliases]).toEqual(['sentry-metric-5', 'sentry-metric-rule-9'])
  expect(eventOf({ ...metric, action: 'resolved' }, 'metric_alert')).toMatchObject({ dedupKey, aliases })
})

test.each([
  ['fatal', 'critical'],
  ['error', 'error'],
  ['warning', 'warning'],
  ['info', 'info'],
  ['debug', 'info'],
  ['sample', 'info'],
  ['FATAL', 'critical'],
  ['catastrophic', 'error'],
  ['constructor', 'error'],
  [undefined, 'error'],
  [50, 'error'],
])('level %s is severity %s, wherever it stands', (level, severity) => {
  expect(eventOf(issueBody({ level })).severity).toBe(severity)
  expect(eventOf({ ...issueBody({}), level }).severity).toBe(severity)
  expect(eventOf({ event: { event_id: 'e', level } }).severity).toBe(severity)
  expect(eventOf({ id: 1, message: 'A', level, event: {} }).severity).toBe(severity)
  expect(eventOf(eventBody({ tags: [['level', level]] }), 'event_alert').severity).toBe(severity)
  expect(eventOf(eventBody({ occurrence: { level } }), 'event_alert').severity).toBe(severity)
})

describe('titles', () => {
  const titleOf = (title: unknown) => eventOf(issueBody({ title })).title

  test('lose control characters, and keep what is on the next line', () => {
    expect(titleOf('a\u0000b\u001b[31mc\u0085d\ne\tf')).toBe('ab[31mc d e f')
  })

  test('are cut at 500 code points, never through one', () => {
    expect([...titleOf('x'.repeat(501))]).toHaveLength(500)
    expect(titleOf(`${'x'.repeat(499)}🔥🔥`)).toBe(`${'x'.repeat(499)}🔥`)
    expect([...titleOf('🔥'.repeat(2_000_000))]).toHaveLength(500)
  })

  test('have no halves of characters', () => {
    expect(titleOf('a\ud83db')).toBe('a\ufffdb')
  })

  test('are what the shape says', () => {
    expect(eventOf({ event: { event_id: 'e', title: 'Not this one' } }).title).toBe('Sentry Error')
    expect(eventOf({ id: 1, project_slug: 'p', message: 'Message', event: { title: 'Title' } }).title).toBe(
      'Message',
    )
    expect(eventOf({ id: 1, project_slug: 'p', message: ' ', event: { title: 'Title' } }).title).toBe('Title')
    expect(eventOf({ id: 1, project_slug: 'p', event: {} }).title).toBe('Sentry Error')
    const occurrence = { issueTitle: 'Slow query' }
    expect(
      eventOf(eventBody({ title: null, occurrence }, { issue: { title: 'Issue' } }), 'event_alert').title,
    ).toBe('Slow query')
    expect(eventOf(eventBody({ title: null }, { issue: { title: 'Issue' } }), 'event_alert').title).toBe(
      'Issue',
    )
    expect(eventOf(eventBody({ title: null }, { description_title: 'Words' }), 'event_alert').title).toBe(
      'Words',
    )
    expect(eventOf(eventBody({ title: null }), 'event_alert').title).toBe('Sentry Error')
  })
})

test.each([
  ['https://sentry.io/issues/1/', 'https://sentry.io/issues/1/'],
  [' http://sentry.local:9000/x ', 'http://sentry.local:9000/x'],
  ['HTTPS://sentry.io/ä', 'https://sentry.io/%C3%A4'],
  ['http:sentry.local', 'http://sentry.local/'],
  ['javascript:alert(1)', null],
  ['java\nscript:alert(1)', null],
  ['data:text/html,x', null],
  ['//sentry.io/x', null],
  [`https://sentry.io/${'x'.repeat(3_000)}`, null],
  [{ href: 'https://sentry.io' }, null],
])('the address %j becomes the link %j', (permalink, link) => {
  expect(eventOf(issueBody({ permalink })).link).toBe(link)
})

describe('what a responder sees', () => {
  const detailsOf = (...input: Parameters<typeof translate>) => eventOf(...input).details as SentryDetails

  test('is what the contract promises, for every fixture', () => {
    for (const { expected } of loadFixtures('sentry'))
      for (const { details } of 'events' in expected ? expected.events : [])
        expect(SentryDetails.strict().parse(details)).toEqual(details)
  })

  test('tags are read as pairs, as keys with values, and as one object', () => {
    const tags = [
      ['environment', 'production'],
      ['attempt', '3'],
    ]
    expect(
      detailsOf(
        eventBody({ tags: [['environment', 'production'], ['attempt', 3], ['none', null], 'x'] }),
        'event_alert',
      ).tags,
    ).toEqual(tags)
    expect(
      detailsOf(
        eventBody({
          tags: [
            { key: 'environment', value: 'production' },
            { key: 'attempt', value: 3 },
          ],
        }),
        'event_alert',
      ).tags,
    ).toEqual(tags)
    expect(
      detailsOf({ event: { event_id: 'e', tags: { environment: 'production', attempt: 3 } } }).tags,
    ).toEqual(tags)
  })

  test('50 tags, and one after them still names the environment', () => {
    const tags = [
      ...Array.from({ length: 80 }, (_, index) => [`tag${index}`, 'x']),
      ['environment', 'production'],
    ]
    const details = detailsOf(eventBody({ tags }), 'event_alert')
    expect(details.tags).toHaveLength(50)
    expect(details.environment).toBe('production')
  })

  test('the frame is the last one of our own code, in a cause when the thrown exception has none', () => {
    const exception = (type: string, ...frames: unknown[]) => ({ type, value: 'v', stacktrace: { frames } })
    const own = (filename: string) => ({ filename, in_app: true })
    const library = (filename: string) => ({ filename, in_app: false })
    const frameOf = (...values: unknown[]) =>
      detailsOf(eventBody({ exception: { values } }), 'event_alert').frame?.file
    expect(frameOf(exception('Cause', own('c')), exception('Thrown', own('a'), own('b'), library('l')))).toBe(
      'b',
    )
    expect(frameOf(exception('Cause', own('c')), exception('Thrown', library('l')))).toBe('c')
    expect(frameOf(exception('Cause', library('m')), exception('Thrown', library('k'), library('l')))).toBe(
      'l',
    )
    expect(frameOf(null, 7, exception('Thrown', null, 'x'))).toBeUndefined()
  })

  test('is never larger than 32 KiB, keeps what matters, and says that something was left out', () => {
    const long = '語'.repeat(10_000)
    const tags = Array.from({ length: 60 }, (_, index) => [`${index}${long}`, long])
    const event = eventOf(
      eventBody({ culprit: long, environment: long, message: long, release: long, tags }),
      'event_alert',
    )
    expect(Buffer.byteLength(JSON.stringify(event.details))).toBeLessThanOrEqual(33 * 1024)
    expect(event.details).toMatchObject({ issueId: '1', truncated: true })
    expect([...event.source].length).toBeLessThanOrEqual(255)
  })
})

describe('strange bodies', () => {
  test('nested 100,000 deep is read like any other, and attached to the depth that people read', () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    expect(
      eventOf(`{"data":{"event":{"issue_id":5,"title":"Deep","extra":${deep}}}}`, 'event_alert').title,
    ).toBe('Deep')
    const unread = eventOf(`{"data":${deep}}`, 'event_alert')
    expect(unread.title).toBe('Sentry alert that could not be read')
    expect(JSON.stringify(unread.details)).toContain('[nested too deeply]')
    const withHugeId = eventOf(
      `{"data":{"event":{"issue_id":98765432109876543210,"title":"Deep","extra":${deep}}}}`,
      'event_alert',
    )
    expect(withHugeId.dedupKey).toMatch(/^sentry-987654321098765/)
  })

  test('names of JavaScript reach no prototype', () => {
    const body = `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"data":{"__proto__":{"event":{"title":"No"}}}}`
    expect(JSON.stringify(eventOf(body, 'issue').details)).not.toContain('__proto__')
    expect({}).not.toHaveProperty('polluted')
    expect(translate(body)).toMatchObject({ code: 'invalid_payload' })
    expect(
      translate({
        action: '__proto__',
        issue: { id: 1, title: 'A', substatus: 'constructor', level: 'toString' },
      }),
    ).toHaveProperty('events')
  })

  test('of two equal keys the last one counts', () => {
    expect(eventOf('{"issue":{"id":"1","id":"2","title":"A"}}').dedupKey).toBe('sentry-2')
  })

  test('a body of 4 MB is read, and what comes of it is small', () => {
    const body = eventBody({ extra: 'x'.repeat(4_000_000), message: 'y'.repeat(100_000) })
    expect(JSON.stringify(eventOf(body, 'event_alert')).length).toBeLessThan(10_000)
    expect(JSON.stringify(eventOf({ data: 'z'.repeat(4_000_000) }, 'event_alert')).length).toBeLessThan(
      40_000,
    )
  })

  test('a list of 300,000 things where a handful belongs is no burden', () => {
    const many = (item: unknown) => Array.from({ length: 300_000 }, () => item)
    const values = many({ type: 'E', stacktrace: { frames: [{}] } })
    const wide = {
      exception: { values },
      tags: many(['k', 'v']),
      occurrence: { evidenceDisplay: many({ value: 'v' }) },
    }
    expect(eventOf(eventBody(wide), 'event_alert').title).toBe('Broken')
    expect(
      eventOf({ id: 1, message: 'Broken', triggering_rules: many('r'), event: {} }).details.rules,
    ).toEqual(['r'])
    const metric = { metric_alert: { id: 1, title: 'Broken', projects: many('p') } }
    expect(eventOf({ action: 'critical', data: metric }, 'metric_alert').title).toBe('Broken')
    const seer = { group_id: 1, pull_requests: many({ url: 'https://code.example/1' }) }
    expect(eventOf({ action: 'pr_created', data: seer }, 'seer').note).toContain('https://code.example/1')
  })

  test('a byte order mark and bytes that are no UTF-8 are survived', () => {
    const bytes = Buffer.concat([
      Buffer.from('\ufeff{"issue":{"id":1,"title":"a'),
      Buffer.from([0xff]),
      Buffer.from('b"}}'),
    ])
    const translation = sentry.translate({ headers: {}, rawBody: bytes }, sentry.settings.parse({}))
    expect(translation).toMatchObject({ events: [{ title: 'a\ufffdb' }] })
  })

  test.each(['[]', '"text"', '7', 'null', 'true'])('%s is rejected, with and without the header', (body) => {
    expect(translate(body)).toMatchObject({ code: 'invalid_payload', errors: [{ path: '' }] })
    expect(translate(body, 'event_alert')).toMatchObject({ code: 'invalid_payload' })
  })

  test.each(['', '{', '{"a":1,}', 'issue=1', '\u0000', '{"issue":{"title":"\n"}}'])(
    '%j is no JSON',
    (body) => {
      expect(translate(body, 'event_alert')).toMatchObject({ code: 'invalid_json' })
    },
  )

  test('the reason for refusing what is no JSON does not quote it', () => {
    expect(JSON.stringify(translate('{"installation":{"code": s3cret}}'))).not.toContain('3cret')
  })

  test.each(['event_alert', 'metric_alert', 'issue', 'activity_alert'])(
    'an unreadable %s pages, filters or not',
    (resource) => {
      const settings = {
        projects: ['x'],
        environments: ['x'],
        minimumLevel: 'fatal',
        triggerOnIssueCreated: false,
      }
      const body = { action: 'created', data: [1, { installation: { code: 's3cret' } }] }
      const event = eventOf(body, resource, settings)
      expect(event).toMatchObject({
        action: 'trigger',
        title: 'Sentry alert that could not be read',
        severity: 'error',
      })
      expect(event.details.unread).toEqual({
        action: 'created',
        data: [1, { installation: { code: '[redacted]' } }],
      })
      expect(eventOf(body, resource, settings).dedupKey).toBe(event.dedupKey)
    },
  )

  test('an object of any content under any resource is not rejected', () => {
    for (const resource of [
      'event_alert',
      'metric_alert',
      'issue',
      'activity_alert',
      'error',
      'comment',
      'seer',
      'installation',
      'other',
    ])
      for (const body of [
        {},
        { data: null },
        { data: [] },
        { data: { issue: [], event: '', metric_alert: 0 } },
        { action: {}, actor: [] },
      ])
        expect(translate(body, resource)).not.toHaveProperty('rejected')
  })
})

describe('the header', () => {
  const kindOf = (resource: string | string[] | undefined, body: unknown = {}) =>
    sentry.kindOf({
      headers: { 'sentry-hook-resource': resource as string },
      rawBody: Buffer.from(JSON.stringify(body)),
    })

  test('names the kind, in any case, once when it came twice', () => {
    expect(kindOf('Event_Alert')).toBe('event_alert')
    expect(kindOf('issue, issue')).toBe('issue')
    expect(kindOf('preprod_artifact')).toBe('preprod_artifact')
    expect(kindOf('<script>')).toBeNull()
  })

  test('missing, the kind is told from the body; formats of our own are not taken for the issue webhook', () => {
    expect(kindOf(undefined, { data: { issue: {} } })).toBe('issue')
    expect(kindOf(undefined, { data: { issue: {}, activity: {} } })).toBe('activity_alert')
    expect(kindOf(undefined, { data: { metric_alert: {} } })).toBe('metric_alert')
    expect(kindOf(undefined, { data: { error: {} } })).toBe('error')
    expect(kindOf(undefined, { data: { comment_id: 1, issue_id: 2 } })).toBe('comment')
    expect(kindOf(undefined, { data: { run_id: 1, group_id: 2 } })).toBe('seer')
    expect(kindOf(undefined, { action: 'created', data: { installation: {} } })).toBe('installation')
    expect(kindOf('', { issue: {} })).toBe('issue_format')
    expect(kindOf('', { event: {} })).toBe('event_format')
    expect(kindOf('', { event: {}, url: 'https://sentry.io' })).toBe('webhooks_plugin')
    expect(kindOf('', { any: 'thing' })).toBeNull()
    expect(kindOf('', [])).toBeNull()
  })
})

describe('filters', () => {
  const alert = eventBody({
    project: 77,
    url: 'https://sentry.io/api/0/projects/o/web-shop/events/e/',
    environment: 'prod',
    level: 'warning',
  })

  test.each([
    [{ projects: ['web-shop'] }],
    [{ projects: ['WEB-SHOP', 'other'] }],
    [{ projects: ['Web Shop'] }],
    [{ projects: ['77'] }],
    [{ environments: ['PROD'] }],
    [{ minimumLevel: 'warning' }],
  ])('%j lets the alert pass', (settings) => {
    expect(translate(alert, 'event_alert', settings)).toHaveProperty('events')
  })

  test.each([
    [{ projects: ['web'] }, /"projects".*web-shop/],
    [{ environments: ['production'] }, /"environments".*prod/],
    [{ minimumLevel: 'error' }, /"minimumLevel".*warning/],
  ])('%j keeps it out and says so', (settings, reason) => {
    expect(translate(alert, 'event_alert', settings)).toEqual({ ignored: expect.stringMatching(reason) })
  })

  test('what an alert does not say keeps it in', () => {
    const settings = { projects: ['a'], environments: ['b'], minimumLevel: 'fatal' }
    expect(translate(eventBody({}), 'event_alert', settings)).toHaveProperty('events')
    expect(translate(eventBody({ level: 'brand-new' }), 'event_alert', settings)).toHaveProperty('events')
  })

  test('a metric alert passes by any of its projects, and its level is how bad it is', () => {
    const metric = {
      action: 'warning',
      data: { metric_alert: { id: 1, title: 'A', projects: ['api', 'web-shop'] } },
    }
    expect(translate(metric, 'metric_alert', { projects: ['Web Shop'] })).toHaveProperty('events')
    expect(translate(metric, 'metric_alert', { projects: ['other'] })).toHaveProperty('ignored')
    expect(translate(metric, 'metric_alert', { minimumLevel: 'error' })).toHaveProperty('ignored')
  })

  test('never hold back what may be open', () => {
    const settings = {
      projects: ['x'],
      environments: ['x'],
      minimumLevel: 'fatal',
      triggerOnIssueCreated: false,
    }
    for (const { name, delivery, expected } of loadFixtures('sentry')) {
      const wasTrigger = 'events' in expected && expected.events[0]?.action === 'trigger'
      if (wasTrigger || !('events' in expected) || name.startsWith('issue-assigned')) continue
      expect(sentry.translate(delivery, sentry.settings.parse(settings))).toEqual(expected)
    }
  })
})

test('with alert rules only, a new issue opens nothing, and one that comes back still does', () => {
  const settings = { triggerOnIssueCreated: false }
  const changed = (action: string, issue: Record<string, unknown>) => ({
    action,
    data: { issue: { id: 1, title: 'A', ...issue } },
  })
  expect(translate(changed('created', {}), 'issue', settings)).toEqual({
    ignored: expect.stringContaining('alert rules only'),
  })
  expect(eventOf(changed('unresolved', { substatus: 'regressed' }), 'issue', settings).action).toBe('trigger')
  expect(eventOf(changed('created', { status: 'resolved' }), 'issue', settings).action).toBe('resolve')
  expect(eventOf(eventBody({}), 'event_alert', settings).action).toBe('trigger')
})

test('with alert rules only, the issue format still opens an incident: only the webhook of Sentry reports every issue', () => {
  const body = { action: 'created', issue: { id: 1, title: 'A' } }
  expect(eventOf(body, undefined, { triggerOnIssueCreated: false }).action).toBe('trigger')
})

test('an installation whose data cannot be read says no more than that it happened', () => {
  expect(translate({ action: 'created', data: { installation: 7 } }, 'installation')).toEqual({
    ignored: 'The integration was installed in Sentry; nothing is broken',
  })
})

test.each([
  ['status_resolved_by_age', 'resolve'],
  ['set_resolved_in_commit', 'resolve'],
  ['set_regression', 'trigger'],
  ['set_escalating', 'trigger'],
  ['set_unresolved', 'trigger'],
  ['set_ignored', 'acknowledge'],
  ['assigned', 'note'],
  ['first_seen', 'note'],
])('an alert on the activity %s is a %s, also by the names of older records', (type, action) => {
  const body = { action: 'triggered', data: { issue: { id: 1, title: 'A' }, activity: { type } } }
  expect(eventOf(body, 'activity_alert').action).toBe(action)
})

test('times are taken from the message when they can be, and are in UTC when no zone is named', ({
  onTestFinished,
}) => {
  const zone = process.env.TZ
  process.env.TZ = 'Asia/Tokyo'
  onTestFinished(() => {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  })
  const at = (event: Record<string, unknown>) =>
    eventOf(eventBody(event), 'event_alert').occurredAt?.toISOString() ?? null
  expect(at({ datetime: '2026-11-05T04:05:06.677123Z' })).toBe('2026-11-05T04:05:06.677Z')
  expect(at({ datetime: '2026-11-05T04:05:06' })).toBe('2026-11-05T04:05:06.000Z')
  expect(at({ datetime: '2026-11-05T04:05:06+0200' })).toBe('2026-11-05T02:05:06.000Z')
  expect(at({ timestamp: 1793851506.677 })).toBe('2026-11-05T04:05:06.677Z')
  expect(at({ timestamp: 1793851506677 })).toBe('2026-11-05T04:05:06.677Z')
  for (const timestamp of [0, -5, 1e300, '1e9', 'tomorrow', '9999-99-99T99:99:99Z', null])
    expect(at({ timestamp })).toBeNull()
})

describe('a missing signature', () => {
  const explain = (name: string) => sentry.explainUnsigned?.(loadFixture('sentry', name).delivery)

  test('of the plugin is explained: it never signs', () => {
    expect(explain('plugin-with-rules')).toMatch(/^The WebHooks plugin never signs/)
    expect(explain('plugin-without-rules')).toMatch(/^The WebHooks plugin never signs/)
  })

  test('of an integration was lost on the way; of anything else is how to sign', () => {
    expect(explain('event-alert')).toContain('between Sentry and OpsKnight')
    expect(explain('format-issue-curl')).toContain('hex HMAC-SHA256')
  })
})
