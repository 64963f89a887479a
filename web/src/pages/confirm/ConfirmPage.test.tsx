import { fireEvent, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { openPage, type Server } from '../../testing/test-page.tsx'

const whose = {
  name: 'Dana Ortiz',
  channel: 'email',
  channelName: 'E-mail',
  address: 'dana@home.example',
}

const linkInvalid = () =>
  Response.json(
    { type: 'x', title: 'Gone', status: 410, detail: 'Too old.', code: 'link_invalid', requestId: '1' },
    { status: 410, headers: { 'content-type': 'application/problem+json' } },
  )

const openLink = (server: Server) => openPage('/confirm?token=a-token', server)
const posts = (calls: ReturnType<typeof openPage>['calls']) =>
  calls.flatMap(({ method, path, body }) => (method === 'POST' ? [[path, body]] : []))

const LOOKUP = '/contact-methods/confirmation/lookup'
const CONFIRM = '/contact-methods/confirmation'

test('opening the link only asks whose address it is; the button confirms it', async () => {
  const { calls } = openLink(({ path }) => (path === LOOKUP || path === CONFIRM ? whose : undefined))
  const button = await screen.findByRole('button', { name: 'Yes, send pages here' })
  expect(screen.getByText('dana@home.example')).toBeTruthy()
  expect(posts(calls)).toEqual([[LOOKUP, { token: 'a-token' }]])

  fireEvent.click(button)
  expect(await screen.findByRole('heading', { name: 'Confirmed' })).toBeTruthy()
  expect(posts(calls).at(-1)).toEqual([CONFIRM, { token: 'a-token' }])
})

test('a link that was used or is too old says where to get a new one', async () => {
  openLink(({ path }) => (path === LOOKUP ? linkInvalid() : undefined))
  expect(await screen.findByRole('heading', { name: 'This link no longer works' })).toBeTruthy()
})

test('a link that ends while the page is open says so too', async () => {
  openLink(({ path }) => (path === LOOKUP ? whose : path === CONFIRM ? linkInvalid() : undefined))
  fireEvent.click(await screen.findByRole('button', { name: 'Yes, send pages here' }))
  expect(await screen.findByRole('heading', { name: 'This link no longer works' })).toBeTruthy()
})
