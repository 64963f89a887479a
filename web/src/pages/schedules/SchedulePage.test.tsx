import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Me } from '#contract/people.ts'
import { anOnCallEntry, aSchedule, aShift, aSwap } from '../../testing/on-call.ts'
import { dana, openPage, type Server } from '../../testing/test-page.tsx'

beforeEach(() => {
  vi.setSystemTime(new Date('2026-11-25T10:00:00.000Z'))
  return () => vi.useRealTimers()
})

const people = ['Bo Sandvik', 'Dana Ortiz', 'Ana Reis'].map((name) => ({
  id: `user-${name.split(' ')[0]!.toLowerCase()}`,
  name,
  email: `${name[0]}@example.com`,
  role: 'responder',
  active: true,
  disabled: false,
  timeZone: 'Europe/Berlin',
  locale: 'en',
  reachedBy: ['email'],
  createdAt: '2026-11-01T00:00:00.000Z',
  lastSeenAt: null,
}))

const admin: Me = { ...dana, role: 'admin' }

/** Bo this week; then nobody; then Dana. */
const shifts = [
  aShift(),
  aShift({ start: '2026-12-01T08:00:00.000Z', end: '2026-12-07T08:00:00.000Z', userIds: ['user-dana'] }),
]

const answers: Record<string, unknown> = {
  'GET /users': { items: people, nextCursor: null },
  'GET /schedules/schedule-primary': aSchedule(),
  'GET /schedules': { items: [aSchedule()], nextCursor: null },
  'GET /schedules/schedule-primary/shifts': shifts,
  'GET /schedules/schedule-primary/feed': { createdAt: null },
  'GET /oncall': { items: [anOnCallEntry()], nextCursor: null },
  'GET /swaps': { items: [], nextCursor: null },
  'GET /escalation-policies': { items: [], nextCursor: null },
  'POST /schedules/preview': shifts,
}

const house =
  (rest: Server = () => undefined): Server =>
  (call) =>
    rest(call) ?? answers[`${call.method} ${call.path}`]

test('a shift is taken in two clicks, and whoever has it is asked', async () => {
  const { calls } = openPage(
    '/schedules/schedule-primary',
    house(({ path, method }) => (method === 'POST' && path.endsWith('/swaps') ? aSwap() : undefined)),
  )
  fireEvent.click((await screen.findAllByRole('button', { name: /^Bo Sandvik, Mon 23 Nov, 09:00/ }))[0]!)
  fireEvent.click(await screen.findByRole('button', { name: 'Take this shift' }))

  expect(await screen.findByText('Bo Sandvik was asked')).toBeTruthy()
  const { body } = calls.find(({ path }) => path.endsWith('/swaps') && path.startsWith('/schedules'))!
  expect(body).toEqual({
    // It runs already: what is left of it.
    start: '2026-11-25T10:00:00.000Z',
    end: '2026-11-30T08:00:00.000Z',
    fromUserId: 'user-bo',
  })
})

const anOverride = {
  id: 'override-1',
  start: '2026-11-30T08:00:00.000Z',
  end: '2026-12-01T08:00:00.000Z',
  userId: 'user-dana',
  replaces: null,
  beside: false,
  createdBy: 'Dana Ortiz',
}

test('a gap is said aloud, and taken without asking anybody', async () => {
  const { calls } = openPage(
    '/schedules/schedule-primary?day=2026-12-01',
    house(({ path }) => (path.endsWith('/overrides') ? anOverride : undefined)),
  )
  expect(await screen.findByText(/A gap this week/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Fill it' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Nobody is on call' }))
  fireEvent.click(dialog.getByRole('button', { name: 'Take this shift' }))

  await waitFor(() => expect(calls.some(({ path }) => path.endsWith('/overrides'))).toBe(true))
  expect(calls.find(({ path }) => path.endsWith('/overrides'))!.body).toEqual({
    start: '2026-11-30T08:00:00.000Z',
    end: '2026-12-01T08:00:00.000Z',
    userId: 'user-dana',
  })
})

test('one’s own shift can be given away, and whoever shall have it is asked', async () => {
  const { calls } = openPage(
    '/schedules/schedule-primary?day=2026-12-01',
    house(({ path, method }) => (method === 'POST' && path.endsWith('/swaps') ? aSwap() : undefined)),
  )
  fireEvent.click((await screen.findAllByRole('button', { name: /^You, Tue 1 Dec/ }))[0]!)
  fireEvent.click(await screen.findByRole('combobox', { name: 'Give this shift to' }))
  fireEvent.click(await screen.findByRole('option', { name: 'Ana Reis' }))
  fireEvent.click(screen.getByRole('button', { name: 'Ask' }))
  await waitFor(() =>
    expect(
      calls.find(({ path, method }) => method === 'POST' && path.endsWith('/swaps'))?.body,
    ).toMatchObject({
      fromUserId: 'user-dana',
      toUserId: 'user-ana',
    }),
  )
})

test('an administrator puts somebody else in, in the time of the schedule', async () => {
  const { calls } = openPage(
    '/schedules/schedule-primary',
    house(({ path }) => (path.endsWith('/overrides') ? anOverride : undefined)),
    admin,
  )
  fireEvent.click((await screen.findAllByRole('button', { name: /^Bo Sandvik, Mon 23 Nov, 09:00/ }))[0]!)
  fireEvent.click(await screen.findByRole('button', { name: 'Override…' }))
  fireEvent.click(await screen.findByRole('combobox', { name: 'On call' }))
  fireEvent.click(await screen.findByRole('option', { name: 'Ana Reis' }))
  fireEvent.click(screen.getByRole('button', { name: 'Override' }))
  await waitFor(() =>
    expect(calls.find(({ path }) => path.endsWith('/overrides'))?.body).toEqual({
      start: '2026-11-25T10:00:00.000Z',
      end: '2026-11-30T08:00:00.000Z',
      userId: 'user-ana',
      replaces: 'user-bo',
      beside: false,
    }),
  )
})

test('a calendar address is made, shown this once, and copied', async () => {
  const { calls } = openPage(
    '/schedules/schedule-primary',
    house(({ path, method }) =>
      method === 'POST' && path.endsWith('/feed')
        ? { url: 'https://ops.example.com/calendars/x.ics' }
        : undefined,
    ),
  )
  fireEvent.click(await screen.findByRole('button', { name: 'Make an address' }))
  expect(await screen.findByText('https://ops.example.com/calendars/x.ics')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Copy calendar address' })).toBeTruthy()
  expect(
    calls.some(({ path, method }) => method === 'POST' && path === '/schedules/schedule-primary/feed'),
  ).toBe(true)
})

test('the calendar shows a month, and what was chosen stands in the address', async () => {
  const { router } = openPage('/schedules/schedule-primary', house())
  fireEvent.click(await screen.findByRole('radio', { name: 'Month' }))
  expect(await screen.findByRole('heading', { name: 'November 2026' })).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'The month after' }))
  expect(await screen.findByRole('heading', { name: 'December 2026' })).toBeTruthy()
  expect(router.state.location.search).toMatchObject({ view: 'month', day: '2026-12-01' })
})

test('a rotation that is being written is previewed before it is saved', async () => {
  const { calls } = openPage('/schedules/new', house(), admin)
  fireEvent.change(await screen.findByRole('textbox', { name: 'Name' }), { target: { value: 'Primary' } })
  fireEvent.click(screen.getByRole('combobox', { name: 'Add a person' }))
  fireEvent.click(await screen.findByRole('option', { name: 'Bo Sandvik' }))
  fireEvent.click(screen.getByRole('button', { name: 'Move Bo Sandvik up' }))
  await waitFor(() =>
    expect(calls.filter(({ path }) => path === '/schedules/preview').at(-1)?.body).toMatchObject({
      rotations: [{ start: '2026-11-23T09:00', members: ['user-bo', 'user-dana'] }],
    }),
  )

  fireEvent.click(screen.getByRole('button', { name: 'Remove Bo Sandvik' }))
  fireEvent.click(screen.getByRole('button', { name: 'Remove You' }))
  fireEvent.click(screen.getByRole('button', { name: 'Create schedule' }))
  expect(await screen.findByText(/Add at least one member/)).toBeTruthy()
  expect(calls.some(({ path, method }) => method === 'POST' && path === '/schedules')).toBe(false)
})
