import { expect, test } from 'vitest'
import { parseJsonText } from './api-json.ts'
import { pauseAskedBy, resultOf } from './api-result.ts'

const NOW = new Date('2026-03-01T09:00:00Z')
const IN_90_SECONDS = String(NOW.getTime() / 1_000 + 90)

type Given = { status?: number; headers?: Record<string, string>; text?: string }

const read = ({ status = 200, headers = {}, text = '{}' }: Given) =>
  resultOf({ outcome: 'answered', answer: { status, headers, text } }, NOW, parseJsonText)

const TOO_MANY = 'Sentry asks for a pause: too many requests'
const away = (reason: string) => ({ outcome: 'later', reason, isAway: true, pauseSeconds: null })

test.each<[about: string, given: Given, result: object]>([
  ['an answer', { text: '[{"id":"1"}]' }, { outcome: 'ok', value: [{ id: '1' }], headers: {} }],
  ['no content', { status: 204, text: '' }, { outcome: 'ok', value: null, headers: {} }],
  [
    'a wrong token',
    { status: 401, text: '{"detail":"Invalid token"}' },
    { outcome: 'refused', status: 401, reason: 'Sentry answered 401: Invalid token' },
  ],
  [
    'a page of a proxy in place of a permission',
    { status: 403, text: '<html><h1>Forbidden</h1></html>' },
    { outcome: 'refused', status: 403, reason: 'Sentry answered 403' },
  ],
  [
    'no such issue',
    { status: 404, text: '{"detail":"The requested resource does not exist"}' },
    {
      outcome: 'rejected',
      status: 404,
      reason: 'Sentry answered 404: The requested resource does not exist',
    },
  ],
  [
    'an error of another form',
    { status: 400, text: '{"detail":{"message":"No such member"}}' },
    { outcome: 'rejected', status: 400, reason: 'Sentry answered 400: No such member' },
  ],
  [
    'too many requests, with the seconds to wait',
    { status: 429, headers: { 'retry-after': '7' } },
    { outcome: 'later', reason: TOO_MANY, isAway: false, pauseSeconds: 7 },
  ],
  [
    'too many requests, with the time to wait for',
    { status: 429, headers: { 'retry-after': 'Sun, 01 Mar 2026 09:00:20 GMT' } },
    { outcome: 'later', reason: TOO_MANY, isAway: false, pauseSeconds: 20 },
  ],
  [
    'too many requests, with the end of the window',
    { status: 429, headers: { 'retry-after': '1', 'x-sentry-rate-limit-reset': IN_90_SECONDS } },
    { outcome: 'later', reason: TOO_MANY, isAway: false, pauseSeconds: 90 },
  ],
  [
    'too many requests, without a word about when',
    { status: 429, headers: { 'retry-after': 'soon' } },
    { outcome: 'later', reason: TOO_MANY, isAway: false, pauseSeconds: 60 },
  ],
  [
    'too many requests, and come again tomorrow',
    { status: 429, headers: { 'retry-after': '86400' } },
    { outcome: 'later', reason: TOO_MANY, isAway: false, pauseSeconds: 3_600 },
  ],
  ['a request that took too long', { status: 408 }, away('Sentry answered 408')],
  [
    'a web page',
    { text: '<!doctype html><title>Sign in</title>' },
    away('Sentry answered with a web page in place of JSON: is this the address of Sentry itself?'),
  ],
  [
    'JSON that was cut off',
    { text: '{"id": "1", "title": "Ty' },
    away('The answer of Sentry was cut off, or is no JSON'),
  ],
])('%s', (_about, given, result) => {
  expect(read(given)).toEqual(result)
})

test('what could not be sent, or leads elsewhere, is tried again: an administrator can mend it', () => {
  const reason = 'sentry.example answered 301, which leads elsewhere.'
  expect(resultOf({ outcome: 'failed', reason }, NOW, parseJsonText)).toEqual(away(reason))
  expect(resultOf({ outcome: 'retry', reason, afterSeconds: 30 }, NOW, parseJsonText)).toEqual({
    ...away(reason),
    pauseSeconds: 30,
  })
})

test.each([
  ['the last request of a window', { 'x-sentry-rate-limit-remaining': '0' }, 60],
  ['one with requests left', { 'x-sentry-rate-limit-remaining': '3' }, null],
  ['one that does not say', {}, null],
])('%s asks for a pause by itself, or not', (_about, headers, seconds) => {
  const answer = read({ headers: { 'x-sentry-rate-limit-reset': IN_90_SECONDS, ...headers } })
  expect(pauseAskedBy(answer, NOW)).toBe(seconds)
})
