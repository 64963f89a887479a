import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { openPage } from '../../testing/test-page.tsx'

const coverage = (gaps: unknown[]) => ({
  from: '2026-11-25T00:00:00.000Z',
  to: '2027-02-23T00:00:00.000Z',
  services: 3,
  gaps,
})
const gap = (day: number) => ({
  serviceId: 'service-checkout',
  serviceName: 'Checkout',
  start: `2026-12-${day}T22:00:00.000Z`,
  end: `2026-12-${day + 1}T06:00:00.000Z`,
  cause: 'Nobody is on call in Primary',
})

test('all clear is said in so many words', async () => {
  openPage('/coverage', ({ path }) => (path === '/coverage' ? coverage([]) : undefined))
  expect(await screen.findByText('All 3 services are covered')).toBeTruthy()
})

test('gaps stand by service with their cause, and many are folded', async () => {
  const { calls } = openPage('/coverage', ({ path }) =>
    path === '/coverage' ? coverage([10, 12, 14, 16, 18, 20, 22].map(gap)) : undefined,
  )
  expect(await screen.findByText('1 of 3 services has gaps')).toBeTruthy()
  expect(screen.getAllByText('Nobody is on call in Primary')).toHaveLength(5)
  fireEvent.click(screen.getByRole('button', { name: 'Show all 7 gaps' }))
  expect(screen.getAllByText('Nobody is on call in Primary')).toHaveLength(7)

  fireEvent.click(screen.getByRole('radio', { name: '30 days' }))
  await waitFor(() => expect(calls.at(-1)?.search.get('days')).toBe('30'))
})
