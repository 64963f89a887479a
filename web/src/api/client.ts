import type { z } from 'zod'
import { Problem } from '#contract/common.ts'
import { suspect } from './suspicion.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The server's own words about what went wrong. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail || problem.title)
    this.problem = problem
  }
}

export const isSignedOut = (error: unknown) => error instanceof ApiError && error.problem.status === 401

/**
 * Asks the server for `/api/v1{path}`. Every answer is checked against the contract, so a page never meets a shape its
 * type did not promise. Throws ApiError, also when the server cannot be reached (status 0, code `unreachable`).
 */
export async function request<T>(
  schema: z.ZodType<T>,
  method: Method,
  path: string,
  body?: unknown,
): Promise<T> {
  return schema.parse(await json(await send(method, path, body)))
}

/** For calls that answer 204. */
export async function requestNothing(method: Method, path: string, body?: unknown): Promise<void> {
  await send(method, path, body)
}

async function send(method: Method, path: string, body: unknown): Promise<Response> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    suspect()
    throw new ApiError(unreachable)
  })
  if (isAway(response.status)) suspect()
  if (!response.ok) throw new ApiError(await problemOf(response))
  return response
}

/** The server says that its database does not answer, or a proxy that the server does not. */
const isAway = (status: number) => status >= 502 && status <= 504

async function problemOf(response: Response): Promise<Problem> {
  const problem = Problem.safeParse(await json(response).catch(() => null))
  return problem.data ?? { ...unintelligible, status: response.status }
}

const json = (response: Response): Promise<unknown> => response.json()

const unreachable: Problem = {
  type: 'about:blank',
  title: 'The server cannot be reached',
  status: 0,
  detail: 'Check your connection, and that OpsKnight is running. Nothing was changed.',
  code: 'unreachable',
  requestId: '',
}

// A proxy in between answers with a page of its own.
const unintelligible: Problem = {
  type: 'about:blank',
  title: 'The server gave no readable answer',
  status: 0,
  detail: 'Something between this browser and OpsKnight answered in its place. Try again in a moment.',
  code: 'unintelligible',
  requestId: '',
}

/** The words after `?`, without what is not set. */
export function query(parameters: Record<string, string | number | readonly string[] | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of [value].flat()) if (one !== undefined && one !== '') search.append(name, String(one))
  }
  const text = search.toString()
  return text && `?${text}`
}
