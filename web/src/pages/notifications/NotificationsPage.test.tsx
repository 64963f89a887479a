import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { aPage } from '../../testing/pages.ts'
import { openPage, refusal } from '../../testing/test-page.tsx'

const answering =
  (items: unknown[]) =>
  ({ path }: { path: string }) =>
    path === '/pages' ? { items, nextCursor: null } : undefined

test('the filters stand in the URL and are asked of the server', async () => {
  const { calls, router } = openPage('/notifications?status=failed&person=user-dana', answering([]))
  await screen.findByText('No page is like that')
  const asked = calls.find(({ path }) => path === '/pages')?.search
  expect([asked?.get('status'), asked?.get('userId')]).toEqual(['failed', 'user-dana'])

  fireEvent.click(screen.getByRole('link', { name: 'Show all' }))
  await waitFor(() => expect(router.state.location.href).toBe('/notifications'))
})

test('a page says to whom, by which way, about what, and why it was not sent', async () => {
  openPage(
    '/notifications',
    answering([aPage({ status: 'failed', reason: 'The mail server refused the address.' })]),
  )
  const [row] = within(await screen.findByRole('list', { name: /^Pages/ })).getAllByRole('listitem')
  expect(row?.textContent).toMatch(/Failed.*Dana Ortiz.*E-mail.*#42 Problem 42.*refused the address/)
})

test('a log without a page says what fills it', async () => {
  openPage('/notifications', answering([]))
  expect(await screen.findByText('Nobody has been paged yet')).toBeTruthy()
})

test('a log that cannot be read offers another try', async () => {
  openPage('/notifications', ({ path }) =>
    path === '/pages' ? refusal(500, 'Not now', 'It broke.') : undefined,
  )
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeTruthy()
})
