import './browser.ts'
import { MantineProvider } from '@mantine/core'
import { Notifications, notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { cleanup, configure, render } from '@testing-library/react'
import { afterEach, vi } from 'vitest'
import type { Me } from '#contract/people.ts'
import { createQueryClient } from '../api/query-client.ts'
import { trust } from '../api/suspicion.ts'
import { createAppRouter } from '../routes.tsx'
import { theme } from '../theme/theme.ts'
import { TestEventSource } from './browser.ts'

// The first page of a file also waits for its modules to be compiled.
configure({ asyncUtilTimeout: 10_000 })

export const dana: Me = {
  id: 'user-dana',
  name: 'Dana Ortiz',
  email: 'dana@example.com',
  role: 'responder',
  timeZone: 'Europe/Berlin',
  locale: 'en',
}

type Call = { method: string; path: string; search: URLSearchParams; body: unknown }
/** What a test's server answers: a body, a Response of its own, or undefined for "not mine". */
export type Server = (call: Call) => unknown

const nobodyElse: Record<string, unknown> = {
  'GET /incidents/incident-42/pages': [],
  'GET /users': { items: [], nextCursor: null },
  'GET /services': { items: [], nextCursor: null },
  'GET /integrations': { items: [], nextCursor: null },
  'GET /incidents/counts': { open: 0, acknowledged: 0, snoozed: 0, suppressed: 0 },
}

afterEach(() => {
  cleanup()
  notifications.clean()
  TestEventSource.all = []
  trust()
  vi.unstubAllGlobals()
})

/** The whole app at an address, with the network in the hands of the test. Remembers what was asked for. */
export function openPage(address: string, server: Server, me: Me = dana) {
  const calls: Call[] = []
  vi.stubGlobal('EventSource', TestEventSource)
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    const { pathname, searchParams: search } = new URL(url, 'http://opsknight.test')
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
    const call = { method: init.method ?? 'GET', path: pathname.replace('/api/v1', ''), search, body }
    calls.push(call)
    const key = `${call.method} ${call.path}`
    const answer = (await server(call)) ?? (key === 'GET /me' ? me : nobodyElse[key])
    return answer instanceof Response ? answer : Response.json(answer ?? null)
  })

  const queryClient = createQueryClient(() => {})
  const router = createAppRouter(queryClient, createMemoryHistory({ initialEntries: [address] }))
  render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={queryClient}>
        <Notifications />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  )
  return { router, calls, live: TestEventSource.say }
}

/** What the server says when it refuses. */
export const refusal = (status: number, title: string, detail: string) =>
  Response.json(
    { type: 'about:blank', title, status, detail, code: 'conflict', requestId: 'req-1' },
    { status, headers: { 'content-type': 'application/problem+json' } },
  )
