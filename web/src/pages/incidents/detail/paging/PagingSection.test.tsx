import { fireEvent, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { IncidentView } from '#contract/incidents.ts'
import type { PageView } from '#contract/pages.ts'
import { aWholeIncident } from '../../../../testing/incidents.ts'
import { aPage } from '../../../../testing/pages.ts'
import { openPage, type Server } from '../../../../testing/test-page.tsx'

const bo = { userId: 'user-bo', userName: 'Bo Sandvik' }
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000 + 500).toISOString()

const showing =
  (incident: IncidentView, pages: PageView[]): Server =>
  ({ path }) =>
    path === '/incidents/42' ? incident : path === '/incidents/incident-42/pages' ? pages : undefined

const paging = async () => within(await screen.findByRole('region', { name: 'Paging' }))

test('who was paged, by which way, what became of it and what came back', async () => {
  const pages = [
    aPage({ status: 'seen', seenAt: inMinutes(-2), answer: { action: 'acknowledge', at: inMinutes(-2) } }),
    aPage({ id: 'page-2', channel: 'sms', address: '+49…42', status: 'cancelled', reason: 'Dana had it' }),
    aPage({ id: 'page-3', ...bo, channel: null, address: null, status: 'skipped', step: 2 }),
  ]
  openPage('/incidents/42', showing(aWholeIncident(), pages))
  const section = await paging()
  expect(await section.findByText('Dana Ortiz answered.')).toBeTruthy()
  const pagesTo = (name: string) =>
    within(section.getByRole('list', { name: `Pages to ${name}` }))
      .getAllByRole('listitem')
      .map((row) => row.textContent)
  expect(pagesTo('Dana Ortiz')[0]).toMatch(/E-mail d…a@example.com.*Seen.*Answered: acknowledged/)
  expect(pagesTo('Dana Ortiz')[1]).toMatch(/SMS \+49…42.*Not needed.*Dana had it/)
  expect(pagesTo('Bo Sandvik')).toEqual([expect.stringContaining('Not sent')])
  expect(section.getAllByRole('heading', { level: 3 }).map((title) => title.firstChild?.textContent)).toEqual(
    ['Step 2', 'Step 1'],
  )
})

test('what happens next is counted down, here and in the line below the title', async () => {
  const pages = [aPage(), aPage({ id: 'page-2', channel: 'voice', status: 'due', dueAt: inMinutes(2) })]
  openPage('/incidents/42', showing(aWholeIncident(), pages))
  const section = await paging()
  expect((await section.findByText(/^Next:/)).textContent).toMatch(
    /^Next: Dana Ortiz by phone in [12] min \d\d s$/,
  )
  expect(screen.getByText(/next: Dana Ortiz by phone in/)).toBeTruthy()
})

test('when nobody was paged the first line says why', async () => {
  const pages = [aPage({ status: 'skipped', reason: 'No contact method of Dana Ortiz is verified.' })]
  openPage('/incidents/42', showing(aWholeIncident(), pages))
  const section = await paging()
  expect(
    await section.findByText('Nobody was paged. No contact method of Dana Ortiz is verified.'),
  ).toBeTruthy()
})

test('an incident that runs on an older version of its policy says so', async () => {
  const policy = { id: 'policy-1', name: 'Checkout nights', version: 3, isOutdated: true }
  const incident = aWholeIncident({ paging: { state: 'due', problem: null, next: null, policy } })
  openPage('/incidents/42', showing(incident, []))
  const section = await paging()
  const link = await section.findByRole('link', { name: 'Checkout nights' })
  expect(link.parentElement?.textContent).toMatch(
    /runs on version 3 of the policy Checkout nights; it has changed/,
  )
})

test('of a policy that was repeated often the newest steps are shown, and the others when asked for', async () => {
  const pages = Array.from({ length: 5 }, (_, cycle) =>
    aPage({ id: `page-${cycle}`, cycle, dueAt: inMinutes(5 * cycle - 30) }),
  )
  openPage('/incidents/42', showing(aWholeIncident(), pages))
  const section = await paging()
  await section.findByText('Step 1, fifth time')
  expect(section.queryByText('Step 1, second time')).toBeNull()
  fireEvent.click(section.getByRole('button', { name: 'Show 2 earlier steps' }))
  expect(section.getByText('Step 1, second time')).toBeTruthy()
})
