import { expect, test } from 'vitest'
import type { Answer, Request } from './http.ts'
import { faultOf } from './judge.ts'
import { Random } from './random.ts'
import { heapGrowth, linesOf } from './report.ts'
import { fuzz } from './run.ts'

const PLAN = { requests: 3_000, seed: 20_261_125, connections: 16, seconds: 60 }

test(
  '3,000 mutated requests to every webhook and API route: no 5xx, no leak, no connection without an answer',
  {
    timeout: 120_000,
  },
  async () => {
    const report = await fuzz(PLAN, () => undefined)
    expect(report.faults.length, linesOf(PLAN, report).join('\n')).toBe(0)
    expect(report.sent).toBe(PLAN.requests)
    expect(report.operations.called).toBeGreaterThan(report.operations.known)
    for (const status of [200, 201, 202, 204, 400, 401, 403, 404, 409, 415]) {
      expect(report.statuses.get(status), String(status)).toBeGreaterThan(0)
    }
  },
)

const request = (over: Partial<Request> = {}): Request => ({
  ...{
    route: 'x',
    caller: 'nobody',
    method: 'GET',
    target: '/api/v1/x',
    headers: [],
    body: null,
    chunks: null,
  },
  ...over,
})
const problem = { type: 'urn:x', title: 'X', status: 400, detail: 'No.', code: 'x', requestId: '1' }
const answer = (status: number, body: unknown, type = 'application/problem+json'): Answer => ({
  status,
  headers: new Map([['content-type', type]]),
  text: typeof body === 'string' ? body : JSON.stringify(body),
})
const SECRETS = { secrets: ['a-signing-secret'], addresses: ['an-address'] }

test.each([
  ['nothing', answer(400, problem), null],
  ['a 5xx', answer(503, { ...problem, status: 503 }), 'answered 503'],
  ['an error of another form', answer(404, { error: 'x' }), /problem document is not one/],
  ['an error in plain text', answer(404, 'x', 'text/plain'), /no problem document/],
  ['another status than said', answer(404, problem), /says 400/],
  ['a stack', answer(400, { ...problem, detail: 'x\n    at f (/a/b.ts:1:2)' }), /leak|stack/],
  ['SQL', answer(400, { ...problem, detail: 'select "id" from "users" where "x" = 1' }), /SQL/],
  ['a secret', answer(200, { secret: 'a-signing-secret' }, 'application/json'), /secret/],
  ['an address', answer(200, { id: 'an-address' }, 'application/json'), /address/],
])('the judge finds %s', (_what, given, expected) => {
  const fault = faultOf(request(), given, SECRETS)
  if (expected === null) expect(fault).toBeNull()
  else expect(fault).toMatch(expected)
})

test('what somebody has said themselves they may hear', () => {
  const given = answer(200, { id: 'an-address' }, 'application/json')
  expect(faultOf(request({ target: '/api/v1/x?id=an-address' }), given, SECRETS)).toBeNull()
})

test('a heap that grows by more than a fifth is a fault', () => {
  const heap = (heapUsed: number) => ({ heapUsed, rss: 0 })
  expect(heapGrowth({ heap: { warm: heap(100), after: heap(119) } })).toBeNull()
  expect(heapGrowth({ heap: { warm: heap(100), after: heap(121) } })).toMatch(/\+21/)
})

test('the same seed makes the same choices, another one others', () => {
  const choices = (seed: number, index: number) => {
    const random = new Random(seed, index)
    return Array.from({ length: 20 }, () => random.below(1_000))
  }
  expect(choices(1, 7)).toEqual(choices(1, 7))
  expect(choices(1, 7)).not.toEqual(choices(2, 7))
  expect(choices(1, 7)).not.toEqual(choices(1, 8))
})
