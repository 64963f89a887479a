import { fireEvent, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { ServiceView } from '#contract/services.ts'
import { anIntegration } from '../../testing/integrations.ts'
import { dana, openPage, type Server } from '../../testing/test-page.tsx'

const signedOut = () =>
  Response.json(
    { type: 'about:blank', title: 'No', status: 401, detail: 'No', code: 'unauthenticated', requestId: '1' },
    { status: 401 },
  )

const checkout: ServiceView = {
  id: 'service-checkout',
  name: 'Checkout',
  description: null,
  acknowledgementTimeoutMinutes: null,
  escalationPolicyId: null,
  escalationPolicyName: null,
  integrationCount: 0,
  activeIncidentCount: 0,
  createdAt: '2026-11-03T04:00:00.000Z',
  updatedAt: '2026-11-03T04:00:00.000Z',
}

/** A fresh server: it is set up step by step by what the page asks of it. */
function freshServer() {
  const there = { admin: false, service: false, integration: false }
  const pageOf = (items: unknown[]) => ({ items, nextCursor: null })
  const integration = anIntegration()
  const answers: Record<string, () => unknown> = {
    'GET /setup': () => ({ needed: !there.admin }),
    'GET /me': () => (there.admin ? { ...dana, role: 'admin' } : signedOut()),
    'GET /services': () => pageOf(there.service ? [checkout] : []),
    'GET /services/service-checkout/integrations': () => pageOf(there.integration ? [integration] : []),
    'GET /integrations/integration-1': () => integration,
    'GET /integrations/integration-1/deliveries': () => pageOf([]),
    'POST /services': () => {
      there.service = true
      return checkout
    },
    'POST /services/service-checkout/integrations': () => {
      there.integration = true
      return integration
    },
  }
  const server: Server = ({ method, path, body }) => {
    if (method === 'POST' && path === '/setup') {
      if ((body as { token: string }).token !== 'right') {
        const problem = { type: 'x', title: 'No', status: 403, detail: 'No', requestId: '1' }
        return Response.json({ ...problem, code: 'setup_token_invalid' }, { status: 403 })
      }
      there.admin = true
      return { ...dana, role: 'admin' }
    }
    return answers[`${method} ${path}`]?.()
  }
  return server
}

const fill = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } })

async function createAdministrator() {
  await screen.findByRole('heading', { name: 'Create the administrator' })
  fill('Name', 'Dana Ortiz')
  fill('E-mail', 'dana@example.com')
  fill('Password', 'correct horse battery')
  fireEvent.click(screen.getByRole('button', { name: 'Create administrator' }))
}

test('the printed address leads through administrator, service and tool to the set-up of the integration', async () => {
  const { router, calls } = openPage('/setup?token=right', freshServer())
  await createAdministrator()

  await screen.findByRole('heading', { name: 'Name your first service' })
  expect(router.state.location.href).toBe('/setup')
  fill('Name', 'Checkout')
  fireEvent.click(screen.getByRole('button', { name: 'Create service' }))

  await screen.findByRole('heading', { name: 'Where do alerts of Checkout come from?' })
  fireEvent.click(screen.getByRole('radio', { name: 'Alert rules only' }))
  fireEvent.click(screen.getByRole('button', { name: 'Add Sentry' }))

  expect(await screen.findByText('Waiting for the first delivery…')).toBeTruthy()
  expect(calls.find(({ path }) => path.endsWith('/integrations') && path !== '/integrations')).toBeTruthy()
  expect(calls.find(({ method, path }) => method === 'POST' && path.endsWith('/integrations'))?.body).toEqual(
    {
      type: 'sentry',
      settings: { triggerOnIssueCreated: false },
    },
  )
})

test('without the token the page says where its address is', async () => {
  openPage('/setup', freshServer())
  expect(await screen.findByText('This server is waiting to be set up')).toBeTruthy()
  expect(screen.getByText(/scroll up in that terminal/)).toBeTruthy()
})

test('a wrong token is told apart from none', async () => {
  openPage('/setup?token=wrong', freshServer())
  await createAdministrator()
  expect(await screen.findByText('This address does not open the set-up')).toBeTruthy()
})

test('nothing is sent before it can be taken: what is missing stands under its field, and the first has the focus', async () => {
  const { calls } = openPage('/setup?token=right', freshServer())
  await screen.findByRole('heading', { name: 'Create the administrator' })
  fill('Name', 'Dana Ortiz')
  fill('Password', 'short')
  fireEvent.click(screen.getByRole('button', { name: 'Create administrator' }))

  expect(await screen.findByText('This is no complete e-mail address')).toBeTruthy()
  expect(screen.getByText('Use at least 10 characters')).toBeTruthy()
  expect(document.activeElement).toBe(screen.getByLabelText('E-mail'))
  expect(calls.some(({ method }) => method === 'POST')).toBe(false)
})
