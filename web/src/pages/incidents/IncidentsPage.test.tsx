import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { IncidentSummary, IncidentView } from '#contract/incidents.ts'
import { anIncident, aWholeIncident } from '../../testing/incidents.ts'
import { dana, openPage, refusal, type Server } from '../../testing/test-page.tsx'

const by = { kind: 'user', id: dana.id, name: dana.name } as const

/** Lists these incidents, and lets a test answer the rest. */
const listing =
  (incidents: () => IncidentSummary[], rest: Server = () => undefined): Server =>
  (call) =>
    call.method === 'GET' && call.path === '/incidents'
      ? { items: incidents(), nextCursor: null }
      : rest(call)

/** Answers the list once and then never again, so that what is taken back is taken back here. */
const listingOnce = (rest: Server): Server => {
  let isRead = false
  return (call) => {
    if (call.method !== 'GET' || call.path !== '/incidents') return rest(call)
    if (isRead) return new Promise<never>(() => {})
    isRead = true
    return { items: three, nextCursor: null }
  }
}

const three = [3, 2, 1].map((number) => anIncident({ number }))
const rows = () => within(screen.getByRole('list', { name: 'Incidents' })).getAllByRole('listitem')
const rowOf = async (title: string) => {
  const link = await screen.findByRole('link', { name: title })
  return within(link.closest('li')!)
}
const press = (key: string, more = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more })
const focusedTitle = () => document.activeElement?.textContent

test('acknowledging shows at once who has it, before the server has answered', async () => {
  let answer = (_: Response) => {}
  const server: Server = ({ path }) =>
    path.endsWith('/acknowledge')
      ? new Promise<Response>((resolve) => {
          answer = resolve
        })
      : undefined
  openPage(
    '/incidents',
    listing(() => three, server),
  )

  const row = await rowOf('Problem 2')
  fireEvent.click(row.getByRole('button', { name: 'Acknowledge incident 2' }))

  expect(await row.findByText('Dana', { exact: false })).toBeTruthy()
  act(() => answer(Response.json({ ...three[1], status: 'acknowledged', acknowledgedBy: by })))
})

test('what the server refuses is taken back, and the reason is told', async () => {
  let answer = (_: Response) => {}
  const server: Server = ({ path }) =>
    path.endsWith('/resolve')
      ? new Promise<Response>((resolve) => {
          answer = resolve
        })
      : undefined
  openPage('/incidents', listingOnce(server))

  const row = await rowOf('Problem 3')
  fireEvent.click(row.getByRole('button', { name: 'Resolve incident 3' }))
  await waitFor(() => expect(row.queryByText('Open')).toBeNull())
  act(() => answer(refusal(409, 'Conflict', 'Somebody was faster.')))

  expect(await screen.findByText('Could not resolve #3')).toBeTruthy()
  expect(screen.getByText('Somebody was faster.')).toBeTruthy()
  expect(row.getByText('Open')).toBeTruthy()
})

test('a resolved incident can be brought back from the message that says so', async () => {
  const server: Server = ({ path }) => {
    if (path.endsWith('/resolve')) return { ...three[0], status: 'resolved', resolvedBy: by }
    return path.endsWith('/reopen') ? three[0] : undefined
  }
  const { calls } = openPage(
    '/incidents',
    listing(() => three, withDetails(server)),
  )

  fireEvent.click((await rowOf('Problem 3')).getByRole('button', { name: 'Resolve incident 3' }))
  fireEvent.click(await screen.findByRole('button', { name: 'Undo' }))

  await waitFor(() => expect(calls.some(({ path }) => path === '/incidents/incident-3/reopen')).toBe(true))
})

test('j and k move through the rows, and a acknowledges the one in focus', async () => {
  const { calls } = openPage(
    '/incidents',
    listing(() => three),
  )
  await rowOf('Problem 3')

  press('j')
  press('j')
  expect(focusedTitle()).toBe('Problem 2')
  press('k')
  expect(focusedTitle()).toBe('Problem 3')
  press('j')
  press('a')

  await waitFor(() =>
    expect(calls.some(({ path }) => path === '/incidents/incident-2/acknowledge')).toBe(true),
  )
})

test('a range is selected with the keyboard and resolved in one request', async () => {
  const { calls } = openPage(
    '/incidents',
    listing(() => three),
  )
  await rowOf('Problem 3')

  press('j')
  press('x')
  press('j')
  press('j')
  press('X', { shiftKey: true })
  expect(screen.getByText('3 selected')).toBeTruthy()
  press('r')

  await waitFor(() => {
    const bulk = calls.find(({ path }) => path === '/incidents/bulk')
    expect(bulk?.body).toEqual({ ids: ['incident-3', 'incident-2', 'incident-1'], action: 'resolve' })
  })
})

test('of many, only those that the server refused are taken back', async () => {
  const [third, second] = three as [IncidentSummary, IncidentSummary, IncidentSummary]
  const results = [
    {
      id: third.id,
      status: 200,
      incident: { ...third, status: 'acknowledged', acknowledgedBy: by },
      error: null,
    },
    { id: second.id, status: 409, incident: null, error: { code: 'conflict', detail: 'It was resolved.' } },
  ]
  openPage(
    '/incidents',
    listingOnce(({ path }) => (path === '/incidents/bulk' ? { results } : undefined)),
  )

  fireEvent.click((await rowOf('Problem 3')).getByRole('checkbox'))
  fireEvent.click((await rowOf('Problem 2')).getByRole('checkbox'))
  press('a')

  expect(await screen.findByText('Could not acknowledge #2')).toBeTruthy()
  expect((await rowOf('Problem 2')).getByText('Open')).toBeTruthy()
  expect((await rowOf('Problem 3')).getByText('Dana', { exact: false })).toBeTruthy()
})

test('under the pointer the list keeps still: new incidents wait behind a pill', async () => {
  let items = three
  const { live } = openPage(
    '/incidents',
    listing(() => items),
  )
  await rowOf('Problem 3')
  fireEvent.pointerEnter(screen.getByRole('list', { name: 'Incidents' }), { pointerType: 'mouse' })

  items = [anIncident({ number: 4 }), ...three]
  act(() => live({ kind: 'incidents', ids: ['incident-4'] }))
  fireEvent.click(await screen.findByRole('button', { name: '1 new' }))

  await rowOf('Problem 4')
  expect(rows()).toHaveLength(4)
})

test('away from the pointer, new incidents slide in by themselves', async () => {
  let items = three
  const { live } = openPage(
    '/incidents',
    listing(() => items),
  )
  await rowOf('Problem 3')

  items = [anIncident({ number: 4 }), ...three]
  act(() => live({ kind: 'incidents', ids: ['incident-4'] }))

  await rowOf('Problem 4')
  expect(rows()[0]?.textContent).toContain('#4')
})

test('filters are in the URL, and the URL is what is asked for', async () => {
  const { router, calls } = openPage(
    '/incidents?status=resolved&severity=critical&q=disk',
    listing(() => three),
  )
  await rowOf('Problem 3')
  const asked = calls.find(({ path }) => path === '/incidents')!.search
  expect(asked.toString()).toBe('status=resolved&severity=critical&q=disk&limit=50')

  fireEvent.click(screen.getByRole('button', { name: 'Error' }))
  await waitFor(() => expect(router.state.location.searchStr).toContain('severity=critical&severity=error'))
})

test('the tab of the URL is the current one, and only it', async () => {
  openPage(
    '/incidents?status=resolved',
    listing(() => three),
  )
  await rowOf('Problem 3')
  const tabs = within(screen.getByRole('navigation', { name: 'Status' }))
  expect(tabs.getAllByRole('link', { current: 'page' }).map((tab) => tab.textContent?.trim())).toEqual([
    'Resolved',
  ])
})

test('nonsense in the URL is dropped', async () => {
  const { calls } = openPage(
    '/incidents?status=broken&severity=worst',
    listing(() => three),
  )
  await rowOf('Problem 3')
  expect(calls.find(({ path }) => path === '/incidents')!.search.get('status')).toBe('active')
})

test('while somebody types, letters are letters', async () => {
  const { calls } = openPage(
    '/incidents',
    listing(() => three),
  )
  await rowOf('Problem 3')
  press('/')
  expect(document.activeElement).toBe(screen.getByRole('searchbox', { name: 'Search incidents' }))
  press('a')
  expect(calls.every(({ method }) => method === 'GET')).toBe(true)
})

test('an empty list without integrations leads to the first one', async () => {
  openPage(
    '/incidents',
    listing(() => []),
  )
  expect(await screen.findByText('No alerts can arrive yet')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Create a service' }).getAttribute('href')).toBe('/services')
})

test('a search without a find offers to clear the filters', async () => {
  const { router } = openPage(
    '/incidents?q=zebra',
    listing(() => []),
  )
  fireEvent.click(await screen.findByRole('button', { name: 'Clear filters' }))
  await waitFor(() => expect(router.state.location.searchStr).toBe(''))
})

test('a list that cannot be read says why, and tries again when asked', async () => {
  let isDown = true
  openPage('/incidents', ({ path }) => {
    if (path !== '/incidents') return undefined
    return isDown
      ? refusal(500, 'Something broke', 'It is written in the log.')
      : { items: three, nextCursor: null }
  })

  expect(await screen.findByText('It is written in the log.')).toBeTruthy()
  isDown = false
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  await rowOf('Problem 3')
})

test('a viewer learns why a button does nothing', async () => {
  openPage(
    '/incidents',
    listing(() => three),
    { ...dana, role: 'viewer' },
  )
  const button = (await rowOf('Problem 3')).getByRole('button', { name: 'Acknowledge incident 3' })
  expect(button.getAttribute('aria-disabled')).toBe('true')
  const reason = document.getElementById(button.getAttribute('aria-describedby')!)
  expect(reason?.textContent).toContain('Only responders and administrators can do this')
})

/** The whole incident for answers that must have one. */
function withDetails(server: Server): Server {
  return (call) => {
    const answer = server(call)
    if (!answer || answer instanceof Response || !('severity' in (answer as object))) return answer
    return aWholeIncident(answer as Partial<IncidentView>)
  }
}
