import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { anOnCallEntry, aSchedule, aShift, aSwap } from '../../testing/on-call.ts'
import { openPage, refusal, type Server } from '../../testing/test-page.tsx'

beforeEach(() => {
  vi.setSystemTime(new Date('2026-11-25T10:00:00.000Z'))
  return () => vi.useRealTimers()
})

const dana = { userId: 'user-dana', name: 'Dana Ortiz' }

const upcoming = [
  {
    scheduleId: 'schedule-primary',
    scheduleName: 'Primary',
    timeZone: 'Europe/Berlin',
    start: '2026-11-30T08:00:00.000Z',
    end: '2026-12-07T08:00:00.000Z',
  },
]

const house =
  (entries: unknown[], rest: Server = () => undefined): Server =>
  (call) => {
    const own = rest(call)
    if (own !== undefined) return own
    const { path } = call
    if (path === '/oncall') return { items: entries, nextCursor: null }
    if (path === '/swaps') return { items: [], nextCursor: null }
    if (path === '/schedules') return { items: [aSchedule()], nextCursor: null }
    if (path === '/users/user-dana/shifts') return { items: upcoming, nextCursor: null }
    if (path.endsWith('/shifts')) return [aShift()]
    if (path.startsWith('/schedules/')) return aSchedule()
    return undefined
  }

test('says first whether the reader is on call, and until when', async () => {
  openPage('/on-call', house([anOnCallEntry({ now: [dana], until: '2026-11-26T08:00:00.000Z' })]))
  expect(await screen.findByText(/You are on call until tomorrow/)).toBeTruthy()
  expect(screen.getByText(/ends in 22 h/)).toBeTruthy()
})

test('whoever is not on call reads when they will be', async () => {
  openPage('/on-call', house([anOnCallEntry()]))
  expect(await screen.findByText(/You are not on call. Next: Mon/)).toBeTruthy()
  expect(screen.getByText('Primary · begins in 4 d')).toBeTruthy()
})

test('a schedule without anybody leads the list and says so', async () => {
  openPage(
    '/on-call',
    house([
      anOnCallEntry(),
      anOnCallEntry({ scheduleId: 'schedule-night', scheduleName: 'Night', now: [], until: null }),
    ]),
  )
  const list = await screen.findByRole('list', { name: 'Schedules' })
  const names = within(list)
    .getAllByRole('heading')
    .map(({ textContent }) => textContent)
  expect(names).toEqual(['Night', 'Primary'])
  expect(within(list).getAllByText('Nobody').length).toBeGreaterThan(0)
})

test('whoever gives a shift away is asked, and agrees', async () => {
  const { calls } = openPage(
    '/on-call',
    house([anOnCallEntry()], ({ path, method }) => {
      if (method === 'GET' && path === '/swaps') return { items: [aSwap()], nextCursor: null }
      return path === '/swaps/swap-1/accept' ? aSwap({ status: 'accepted' }) : undefined
    }),
  )
  expect(await screen.findByText('Bo Sandvik offers to take your shift')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Accept' }))
  expect(await screen.findByText('The shift has changed hands')).toBeTruthy()
  expect(calls.some(({ path, method }) => method === 'POST' && path === '/swaps/swap-1/accept')).toBe(true)
  expect(calls.find(({ path }) => path === '/swaps')!.search.get('userId')).toBe('user-dana')
})

test('whoever asked waits, and may withdraw; a refusal is told', async () => {
  const mine = aSwap({ requestedBy: 'user-dana', from: aSwap().to, to: dana })
  openPage(
    '/on-call',
    house([anOnCallEntry()], ({ path }) => {
      if (path === '/swaps') return { items: [mine], nextCursor: null }
      return path.endsWith('/withdraw')
        ? refusal(409, 'Conflict', 'This swap was accepted already.')
        : undefined
    }),
  )
  expect(await screen.findByText('You offered to take a shift of Bo Sandvik')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Accept' })).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Withdraw' }))
  expect(await screen.findByText('This swap was accepted already.')).toBeTruthy()
})

test('without a schedule the page says what would be here', async () => {
  openPage('/on-call', house([]))
  expect(await screen.findByRole('heading', { name: 'Nobody is on call yet' })).toBeTruthy()
})

test('g and then o goes to who is on call', async () => {
  const { router } = openPage('/settings/profile', house([]))
  await screen.findByRole('heading', { level: 1 })
  fireEvent.keyDown(document.body, { key: 'g' })
  fireEvent.keyDown(document.body, { key: 'o' })
  await waitFor(() => expect(router.state.location.pathname).toBe('/on-call'))
})
