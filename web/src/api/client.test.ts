import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { ApiError, query, request } from './client.ts'

afterEach(() => vi.unstubAllGlobals())

const answer = (response: () => Response | Promise<Response>) =>
  vi.stubGlobal('fetch', async () => response())
const ask = () => request(z.object({ name: z.string() }), 'GET', '/thing')
const problemOf = async () => {
  const error: unknown = await ask().catch((caught: unknown) => caught)
  if (!(error instanceof ApiError)) throw error
  return error.problem
}

test('an answer of another shape than promised is an error, not a surprise', async () => {
  answer(() => Response.json({ name: 7 }))
  await expect(ask()).rejects.toBeInstanceOf(z.ZodError)
})

test("the server's own words come with the error", async () => {
  const problem = {
    type: 'about:blank',
    title: 'Not found',
    status: 404,
    detail: 'No service has this id.',
    code: 'service_not_found',
    requestId: 'req-9',
  }
  answer(() => Response.json(problem, { status: 404 }))
  expect(await problemOf()).toEqual(problem)
})

test('a page of a proxy in between is told apart from the server', async () => {
  answer(() => new Response('<html>Bad gateway</html>', { status: 502 }))
  expect(await problemOf()).toMatchObject({ status: 502, code: 'unintelligible' })
})

test('a server that cannot be reached is said to be so', async () => {
  answer(() => Promise.reject(new TypeError('fetch failed')))
  expect(await problemOf()).toMatchObject({ status: 0, code: 'unreachable' })
})

test('the words after ? leave out what is not set and repeat lists', () => {
  expect(query({ status: ['open', 'snoozed'], q: undefined, cursor: '', limit: 50 })).toBe(
    '?status=open&status=snoozed&limit=50',
  )
})
