import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { anIncident } from '../testing/incidents.ts'
import { openPage, refusal, type Server } from '../testing/test-page.tsx'

const empty: Server = ({ path }) => (path === '/incidents' ? { items: [], nextCursor: null } : undefined)
const press = (key: string, more = {}) => fireEvent.keyDown(document.body, { key, ...more })

test('somebody who is not signed in is led to the sign-in page, with the way back', async () => {
  const { router } = openPage('/incidents?status=open', ({ path }) =>
    path === '/me' ? refusal(401, 'Not signed in', 'Sign in.') : empty({ path } as Parameters<Server>[0]),
  )
  await waitFor(() => expect(router.state.location.pathname).toBe('/sign-in'))
  expect(router.state.location.search).toEqual({ returnTo: '/incidents?status=open' })
})

test('g and then s goes to the services', async () => {
  const { router } = openPage('/incidents', empty)
  await screen.findByRole('heading', { name: 'Incidents' })
  press('g')
  press('s')
  await waitFor(() => expect(router.state.location.pathname).toBe('/services'))
})

test('? shows the keys', async () => {
  openPage('/incidents', empty)
  await screen.findByRole('heading', { name: 'Incidents' })
  press('?', { shiftKey: true })
  expect(await screen.findByText('Show these keys')).toBeTruthy()
})

test('the palette finds incidents on the server and leads to them', async () => {
  const { router, calls } = openPage('/settings/profile', ({ path }) =>
    path === '/incidents' ? { items: [anIncident({ title: 'Disk is full' })], nextCursor: null } : undefined,
  )
  fireEvent.click((await screen.findAllByRole('button', { name: /Find or do/ }))[0]!)
  fireEvent.change(await screen.findByRole('textbox', { name: 'Find or do' }), { target: { value: 'disk' } })

  await waitFor(() => expect(calls.some(({ search }) => search.get('q') === 'disk')).toBe(true))
  fireEvent.click(await screen.findByText('Disk is full'))
  await waitFor(() => expect(router.state.location.pathname).toBe('/incidents/42'))
})

test('an address that leads nowhere says so and offers the way back', async () => {
  openPage('/nowhere', empty)
  expect(await screen.findByRole('heading', { name: 'There is no such page' })).toBeTruthy()
})
