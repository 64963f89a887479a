import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { dana, openPage } from '../../testing/test-page.tsx'

const team = {
  id: 'team-1',
  name: 'Platform',
  members: [
    { userId: 'user-ana', name: 'Ana Reis', lead: true, disabled: false },
    { userId: 'user-bo', name: 'Bo Sandvik', lead: false, disabled: true },
  ],
  createdAt: '2026-11-01T00:00:00.000Z',
  updatedAt: '2026-11-01T00:00:00.000Z',
}

test('a team says who leads it and who is in it, and its lead can be changed', async () => {
  const { calls } = openPage(
    '/settings/teams',
    ({ path, method }) => {
      if (path === '/teams') return { items: [team], nextCursor: null }
      return method === 'PUT' ? team : undefined
    },
    { ...dana, role: 'admin' },
  )
  expect(await screen.findByText('Led by Ana Reis; Bo Sandvik (disabled)')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Edit Platform' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Edit Platform' }))
  fireEvent.click(dialog.getAllByRole('checkbox')[1]!)
  fireEvent.click(dialog.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(calls.find(({ method }) => method === 'PUT')).toBeTruthy())
  expect(calls.find(({ method }) => method === 'PUT')!.body).toEqual({
    name: 'Platform',
    members: [
      { userId: 'user-ana', lead: true },
      { userId: 'user-bo', lead: true },
    ],
  })
})

test('without a team the page says what one is good for', async () => {
  openPage('/settings/teams', ({ path }) => (path === '/teams' ? { items: [], nextCursor: null } : undefined))
  expect(await screen.findByRole('heading', { name: 'No team yet' })).toBeTruthy()
})
