import { describe, expect, test } from 'vitest'
import { SentryDetails } from '#contract/sentry.ts'
import { sentryAnswer } from '../../testing/sentry-answers.ts'
import { readSuspectCommit } from './api-commits.ts'
import { readApiEvent } from './api-event.ts'
import { completed, missingIn } from './complete.ts'
import { readIssue } from './issue-facts.ts'

const NOW = new Date('2026-03-01T09:00:00Z')
const issue = (given: object = {}) => readIssue({ issue: { id: '1', status: 'unresolved', ...given } })
const nothingElse = { event: null, commit: null }

test('an event of the API is read like the one of a webhook: the last frame of our own code, and its line of source', () => {
  const { eventId, issueId, details } = readApiEvent(sentryAnswer('latest-event'))
  expect({ eventId, issueId }).toEqual({ eventId: '4f1c8b0e6d2a4b7c9e3f5a6b7c8d9e0f', issueId: '4509414' })
  expect(details).toMatchObject({
    exception: { type: 'TypeError', value: "Cannot read properties of undefined (reading 'reduce')" },
    frame: {
      file: './components/cart/CartSummary.tsx',
      function: 'CartSummary',
      line: 57,
      column: 28,
      context: '  const total = cart.items.reduce(sum, 0)'.trim(),
    },
    environment: 'production',
    release: 'checkout-web@7.4.0',
  })
})

test.each([
  ['nothing', null],
  ['text', 'nonsense'],
  [
    'fields of other types',
    {
      entries: [
        null,
        { type: 'exception', data: { values: [7, { stacktrace: { frames: [[], { context: 4 }] } }] } },
      ],
    },
  ],
])('an event that is %s has no facts and breaks nothing', (_name, json) => {
  expect(readApiEvent(json)).toMatchObject({ issueId: undefined, eventId: undefined })
})

describe('the suspect commit', () => {
  test('has an author, the first line of its message, and a link to where the repository is', () => {
    expect(readSuspectCommit(sentryAnswer('committers'))).toEqual({
      id: '9c1f4e7d2b8a6053f1e0d9c8b7a695847362514f',
      message: 'Read the cart from the store',
      author: 'Bo Sandvik',
      at: '2026-02-28T15:40:00Z',
      repository: 'harborline/checkout-web',
      link: 'https://github.com/harborline/checkout-web/commit/9c1f4e7d2b8a6053f1e0d9c8b7a695847362514f',
      pullRequest: {
        title: 'Cart: read from the store',
        link: 'https://github.com/harborline/checkout-web/pull/1893',
      },
    })
  })

  const commitWith = (repository: unknown, more: object = {}) =>
    readSuspectCommit({ committers: [{ author: null, commits: [{ id: 'abc1234', repository, ...more }] }] })

  test.each([
    ['integrations:gitlab', 'https://git.example/a/b/', 'https://git.example/a/b/commit/abc1234'],
    ['integrations:bitbucket', 'https://bitbucket.org/a/b', 'https://bitbucket.org/a/b/commits/abc1234'],
    ['integrations:github_enterprise', 'https://ghe.example/a', 'https://ghe.example/a/commit/abc1234'],
    ['integrations:perforce', 'https://p4.example/a', undefined],
    ['integrations:github', 'javascript:alert(1)', undefined],
    ['__proto__', 'https://git.example/a', undefined],
  ])('of %s at %s is shown at %s', (id, url, link) => {
    expect(commitWith({ url, provider: { id } })?.link).toBe(link)
  })

  test('is none where nobody is suspected, or where the answer is nonsense', () => {
    for (const json of [null, [], {}, { committers: {} }, { committers: [{ commits: [{ id: null }, 4] }] }])
      expect(readSuspectCommit(json)).toBeNull()
    expect(commitWith({}, { id: '../../settings' })).toBeNull()
  })
})

describe('what Sentry answers completes what the alert said', () => {
  const alert = {
    ...{ culprit: 'cart.total', environment: 'production', eventId: 'e1', rules: ['Checkout is broken'] },
    frame: { file: 'pay.ts', line: 142, function: 'chargeCard' },
  }

  test('how the issue stands is as Sentry has it now; what happened stays as the alert said it', () => {
    const before = { ...alert, status: 'resolved', assignedTo: 'Bo Sandvik', substatus: 'new', count: 2 }
    const found = { issue: issue({ count: '7', userCount: 3, culprit: 'elsewhere' }), ...nothingElse }
    expect(completed(before, found, NOW)).toEqual({
      ...alert,
      ...{ status: 'unresolved', count: 7, userCount: 3, issueId: '1', askedAt: NOW.toISOString() },
    })
  })

  test('a frame that names its line is better than one that does not', () => {
    const event = readApiEvent(sentryAnswer('latest-event'))
    const found = { issue: issue(), event, commit: null }
    const file = { frame: { file: 'pay.ts' } }
    expect(completed(file, found, NOW).frame).toMatchObject({ line: 57 })
    expect(completed(alert, found, NOW).frame).toEqual(alert.frame)
    expect(completed(file, { issue: issue(), ...nothingElse }, NOW).frame).toEqual(file.frame)
  })

  test('only what is missing is asked for', () => {
    expect(missingIn({})).toEqual({ event: true, commit: true })
    expect(missingIn({ ...alert, release: 'r1', suspectCommit: { id: 'abc' } })).toEqual({
      event: false,
      commit: false,
    })
    expect(missingIn({ frame: 'of another type' })).toEqual({ event: true, commit: true })
  })

  test('a commit that is known stays, and facts that nobody here knows stay too', () => {
    const before = { suspectCommit: { id: 'abc' }, fromAnotherRelease: 1 }
    expect(completed(before, { issue: issue(), ...nothingElse }, NOW)).toMatchObject(before)
  })

  test('details never grow too large for an incident, and how the issue stands is always among them', () => {
    const before = { unread: Object.fromEntries(Array.from({ length: 99 }, (_, n) => [n, 'x'.repeat(900)])) }
    const after = completed(before, { issue: issue({ count: '7' }), ...nothingElse }, NOW)
    expect(JSON.stringify(after).length).toBeLessThan(65_536)
    expect(after).toMatchObject({ status: 'unresolved', count: 7 })
  })

  test('it is all facts that the contract knows', () => {
    const commit = readSuspectCommit(sentryAnswer('committers'))
    const event = readApiEvent(sentryAnswer('latest-event'))
    const after = completed(
      alert,
      { issue: issue({ count: '7', assignedTo: { name: 'Bo' } }), event, commit },
      NOW,
    )
    expect(SentryDetails.strict().parse(after)).toEqual(after)
  })
})
