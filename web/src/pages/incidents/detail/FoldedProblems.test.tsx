import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { FoldedProblem, IncidentView } from '#contract/incidents.ts'
import { aFoldedProblem, aStorm } from '../../../testing/storms.ts'
import { dana, openPage, refusal, type Server } from '../../../testing/test-page.tsx'

const items: FoldedProblem[] = [
  aFoldedProblem({ key: 'a', title: 'Database is gone', severity: 'critical', eventCount: 41 }),
  aFoldedProblem({ key: 'b', title: 'Slow query', severity: 'warning', link: 'https://sentry.example/b' }),
  aFoldedProblem({ key: 'c', title: 'Out of memory', state: 'resolved', link: 'javascript:alert(1)' }),
  aFoldedProblem({
    ...{ key: 'd', title: 'Cart is empty', state: 'opened' },
    incident: { id: 'incident-7', number: 7, status: 'acknowledged' },
  }),
]

const opened = (problem: FoldedProblem, number: number): FoldedProblem => ({
  ...problem,
  ...{ state: 'opened', incident: { id: `incident-${number}`, number, status: 'open' } },
})

function show(rest: Server = () => undefined, incident: IncidentView = aStorm(), me = dana) {
  return openPage(
    '/incidents/42',
    (call) => {
      const own = rest(call)
      if (own !== undefined) return own
      if (call.path === '/incidents/42') return incident
      return call.path.endsWith('/folded') ? { items, nextCursor: null } : undefined
    },
    me,
  )
}

const rows = async () =>
  within(await screen.findByRole('list', { name: 'Problems in this storm, the worst first' }))
const rowOf = async (title: string) =>
  within((await rows()).getAllByRole('listitem').find((row) => row.textContent?.includes(title))!)

test('a storm shows what it has folded, how often, and where each stands', async () => {
  show()
  const first = await rowOf('Database is gone')
  expect(first.getByText('Critical')).toBeTruthy()
  expect(first.getByText('×41')).toBeTruthy()
  expect(first.getByRole('button', { name: 'Split off: Database is gone' })).toBeTruthy()

  const slow = await rowOf('Slow query')
  expect(slow.getByRole('link', { name: 'Open the alert: Slow query' }).getAttribute('href')).toBe(
    'https://sentry.example/b',
  )
  const over = await rowOf('Out of memory')
  expect(over.getByText('Resolved')).toBeTruthy()
  expect(over.queryByRole('button')).toBeNull()
  expect(over.queryByRole('link')).toBeNull()
  const apart = await rowOf('Cart is empty')
  expect(apart.getByRole('link', { name: 'Incident #7: Cart is empty' }).getAttribute('href')).toBe(
    '/incidents/7',
  )

  expect(screen.getByText('3 of 3 wait in this incident')).toBeTruthy()
  expect(screen.queryByText(/only for those who read the API/)).toBeNull()
})

test('a problem that is split off leads to its incident at once', async () => {
  const after = [opened(items[0]!, 43), ...items.slice(1)]
  let isSplit = false
  const { calls } = show(({ path, method }) => {
    if (isSplit && path.endsWith('/folded')) return { items: after, nextCursor: null }
    if (method !== 'POST') return undefined
    isSplit = true
    return { items: after.slice(0, 1), opened: 1, linked: 0, waiting: 2 }
  })
  fireEvent.click((await rowOf('Database is gone')).getByRole('button'))
  const row = await rowOf('Database is gone')
  await waitFor(() => row.getByRole('link', { name: 'Incident #43: Database is gone' }))
  expect(calls.find(({ path }) => path === '/incidents/incident-42/split')?.body).toEqual({ keys: ['a'] })
})

test('splitting all says what it does, and goes on until nothing waits', async () => {
  const answers = [
    { items: [opened(items[0]!, 43)], opened: 200, linked: 0, waiting: 1 },
    { items: [opened(items[1]!, 44)], opened: 1, linked: 0, waiting: 0 },
  ]
  const { calls } = show(({ method, path }) =>
    method === 'POST' && path.endsWith('/split') ? answers.shift() : undefined,
  )
  fireEvent.click(await screen.findByRole('button', { name: 'Split all 3' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Split this storm' }))
  expect(
    dialog.getByText(/Each of the 3 problems gets an incident of its own, and each of them pages/),
  ).toBeTruthy()
  fireEvent.click(dialog.getByRole('button', { name: 'Split all 3' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(calls.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([{}, {}])
})

test('what the server refuses is said where the list is', async () => {
  show(({ method }) => (method === 'POST' ? refusal(409, 'Conflict', 'The storm is over.') : undefined))
  fireEvent.click((await rowOf('Slow query')).getByRole('button'))
  expect(await screen.findByText('The storm is over.')).toBeTruthy()
  expect((await rowOf('Slow query')).getByRole('button')).toBeTruthy()
})

test('a viewer sees the list, and why nothing can be split', async () => {
  show(() => undefined, aStorm(), { ...dana, role: 'viewer' })
  const button = (await rowOf('Slow query')).getByRole('button')
  expect(button.getAttribute('aria-disabled')).toBe('true')
  expect(button.textContent).toContain('Only responders and administrators can do this')
})

test.each([
  [{ waiting: 0 }, 'None of them waits here · it resolves by itself when nothing new comes for five minutes'],
  [
    { waiting: 0, notListed: 12 },
    'None of them waits here · 12 alerts about others are only counted · resolve it when the storm is over',
  ],
  [{ notListed: 1 }, '3 of 3 wait in this incident · 1 alert about others is only counted'],
])('with %o the page says: %s', async (storm, words) => {
  show(() => undefined, aStorm(storm))
  expect(await screen.findByText(words)).toBeTruthy()
})

test('a list that cannot be read says so and can be asked for again', async () => {
  let isAway = true
  show(({ path }) =>
    isAway && path.endsWith('/folded') ? refusal(400, 'Bad request', 'This is no cursor.') : undefined,
  )
  expect(await screen.findByText('This is no cursor.')).toBeTruthy()
  isAway = false
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await rows()).toBeTruthy()
})

test('a storm that has only counted says where its alerts are', async () => {
  show(
    ({ path }) => (path.endsWith('/folded') ? { items: [], nextCursor: null } : undefined),
    aStorm({ listed: 0, waiting: 0, notListed: 9 }),
  )
  expect(await screen.findByText(/No problem of this storm is listed/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: /^Split all/ })).toBeNull()
})
