import { act, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Readiness } from '#contract/readiness.ts'
import { TestEventSource } from '../testing/browser.ts'
import { anIncident } from '../testing/incidents.ts'
import { openPage, refusal, type Server } from '../testing/test-page.tsx'
import { wordsOf } from './trouble-words.ts'

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }))
afterEach(() => void vi.useRealTimers())

const away = (waiting: number): Readiness => ({ status: 'ready', via: 'journal', database: 'away', waiting })
const well: Readiness = { status: 'ready', via: 'database' }
const unavailable = () => refusal(503, 'Unavailable', 'The database does not answer.')

type Condition = { now: Readiness }

/** A server with one incident whose condition the test decides. */
function serverIn(condition: Condition) {
  const server: Server = ({ path }) => {
    if (path === '/readyz') return condition.now
    if (condition.now.status === 'ready' && condition.now.via === 'journal' && condition.now.database)
      return unavailable()
    if (path === '/setup') return { needed: false }
    return path === '/incidents'
      ? { items: [anIncident({ title: 'Disk is full' })], nextCursor: null }
      : undefined
  }
  return server
}

const pass = (seconds: number) => act(() => vi.advanceTimersByTimeAsync(seconds * 1_000))
const asked = (calls: { path: string }[]) => calls.filter(({ path }) => path === '/readyz').length
const banner = (words: string) =>
  waitFor(() => expect(document.querySelector('[data-trouble]')?.textContent).toBe(words))

test('in normal times nobody asks how the server is', async () => {
  const { calls } = openPage('/incidents', serverIn({ now: well }))
  await screen.findByText('Disk is full')
  await pass(60)
  expect(asked(calls)).toBe(0)
})

test('an outage is said with what waits, beside what was known; then that it catches up; then nothing any more', async () => {
  const condition: Condition = { now: well }
  const { calls, live } = openPage('/incidents', serverIn(condition))
  await screen.findByText('Disk is full')

  condition.now = away(1)
  live({ kind: 'interrupted' })
  await banner('Database unreachable. 1 delivery is waiting and will take effect when it is back.')
  expect((await screen.findByRole('alert')).textContent).toBe('Database unreachable.')
  expect(screen.getByText('Disk is full')).toBeTruthy()

  condition.now = away(1_200)
  await pass(5)
  await banner('Database unreachable. 1,200 deliveries are waiting and will take effect when it is back.')

  condition.now = { status: 'ready', via: 'journal', waiting: 300 }
  await pass(5)
  await banner('The database is back. 300 deliveries that waited are taking effect now.')
  expect(screen.queryByRole('alert')).toBeNull()

  condition.now = well
  await pass(5)
  await waitFor(() => expect(document.querySelector('[data-trouble]')).toBeNull())
  const before = asked(calls)
  await pass(60)
  expect(asked(calls)).toBe(before)
})

test('an answer 503 is a reason to ask, also for who is not signed in', async () => {
  openPage('/sign-in', serverIn({ now: away(0) }))
  await banner('Database unreachable. Deliveries are kept and will take effect when it is back.')
})

test('a stream that broke is a reason to ask', async () => {
  const { calls } = openPage('/incidents', serverIn({ now: well }))
  await waitFor(() => expect(TestEventSource.all).not.toEqual([]))
  expect(asked(calls)).toBe(0)
  act(() => TestEventSource.all[0]?.onerror?.())
  await waitFor(() => expect(asked(calls)).toBe(1))
})

test('a page that could not be opened opens by itself when the database is back', async () => {
  const condition: Condition = { now: away(2) }
  openPage('/incidents', serverIn(condition))
  await banner('Database unreachable. 2 deliveries are waiting and will take effect when it is back.')
  await screen.findByText('The database does not answer.', undefined, { timeout: 20_000 })
  condition.now = well
  await pass(5)
  expect(await screen.findByText('Disk is full')).toBeTruthy()
})

test.each([
  [
    { status: 'unavailable', reason: 'The database does not answer, and the journal takes no more.' },
    'Alerts are being refused. The database does not answer, and the journal takes no more. Senders that try again get through when it is back.',
  ],
  [{ status: 'unreachable' }, 'OpsKnight cannot be reached. What you see may be out of date.'],
  [
    { status: 'ready', via: 'journal', waiting: 1 },
    'The database is back. 1 delivery that waited is taking effect now.',
  ],
] as const)('%o is said as: %s', (trouble, words) => {
  const { headline, meaning } = wordsOf(trouble)
  expect(`${headline} ${meaning}`).toBe(words)
})
