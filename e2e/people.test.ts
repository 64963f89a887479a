import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { ADMIN, addIntegration } from '../server/src/testing/http-client.ts'
import { addPerson, openHouse } from './house.ts'

const house = openHouse()
const IN_THE_BODY = 'reader@customer.example'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await button(page, 'Sign in').click()
}

test('whoever signs in comes to where they wanted to go; a wrong password is said where it was typed', async () => {
  const page = await house.visit('/incidents?severity=critical', { as: null, refusals: [401] })
  await signIn(page, ADMIN.email, 'not the right one')
  await page
    .getByRole('alert')
    .filter({ hasText: /password/i })
    .waitFor()
  await signIn(page, ADMIN.email, ADMIN.password)
  await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor()
  expect(new URL(page.url()).search).toContain('critical')

  await page.getByRole('button', { name: /account and appearance/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.goto('/incidents')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

test('signing in leads to no other site, whatever the address says', async () => {
  const page = await house.visit('/sign-in?returnTo=//elsewhere.example/', { as: null, refusals: [401] })
  await signIn(page, ADMIN.email, ADMIN.password)
  await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor()
  expect(new URL(page.url()).origin).toBe(house.server().url)
})

test('a viewer is invited by a link, reads everything, and is shown no address, no body and no way to act', async () => {
  const admin = await house.admin()
  const { id, ref, webhookUrl } = await addIntegration(admin)
  const issue = { id: '1', title: 'Payment fails', level: 'error', unread: IN_THE_BODY }
  await fetch(webhookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'created', issue }),
  })

  const inviting = await house.visit('/settings/people', {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  await button(inviting, 'Invite somebody').click()
  const dialog = inviting.getByRole('dialog', { name: 'Invite somebody' })
  await dialog.getByLabel('E-mail').fill('vera@example.com')
  await dialog.getByLabel('Name').fill('Vera')
  await dialog.getByRole('radio', { name: 'Viewer' }).check()
  await dialog.getByRole('button', { name: 'Make invitation link' }).click()
  await button(inviting, 'Copy link').click()
  const link = await inviting.evaluate(() => navigator.clipboard.readText())

  const page = await house.visit(link, { as: null, refusals: [401, 410] })
  const seen: Promise<string>[] = []
  page.on('response', (response) => {
    if (response.url().includes('/api/') && !response.url().includes('/live'))
      seen.push(response.text().catch(() => ''))
  })
  await page.getByRole('heading', { name: 'Welcome, Vera' }).waitFor()
  await page.getByLabel('Password', { exact: true }).fill('nine lives are not enough')
  await button(page, 'Set password and sign in').click()
  await page.getByRole('link', { name: 'Payment fails' }).click()
  await page.getByRole('heading', { name: 'Payment fails', level: 1 }).waitFor()
  await page.getByRole('button', { name: /^Acknowledge/, disabled: true }).waitFor()

  for (const part of ['setup', 'health', 'deliveries', 'settings']) {
    await page.goto(`/integrations/${ref}?tab=${part}`)
    await page.getByRole('navigation', { name: 'Integration' }).waitFor()
    await page.waitForLoadState('load')
    await expect
      .poll(() => page.getByRole('main').innerText())
      .toMatch(/viewer|administrator|responder|arrived|hour/i)
    expect(await page.content()).not.toContain(id)
    expect(await page.content()).not.toContain(IN_THE_BODY)
  }
  const answers = (await Promise.all(seen)).join('\n')
  expect(answers).toContain('Payment fails')
  expect(answers).not.toContain(id)
  expect(answers).not.toContain(IN_THE_BODY)

  // The link has been used.
  await page.goto(link)
  await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
})

test('a responder acts on incidents but changes no configuration; what is theirs alone to change is theirs', async () => {
  const admin = await house.admin()
  const { serviceId } = await addIntegration(admin)
  await admin.post('/api/v1/incidents', { serviceId, title: 'Cart is empty' })
  const bo = await addPerson(admin, house.server().url, 'responder')
  const page = await house.visit(`/incidents?service=${serviceId}`, { as: bo })
  await page.getByRole('link', { name: 'Cart is empty' }).click()
  await button(page, 'Acknowledge').click()
  await page.getByRole('region', { name: 'Timeline' }).getByText('The responder').waitFor()

  await page.goto('/services')
  await page
    .getByRole('button', { name: /^Create service/, disabled: true })
    .first()
    .waitFor()
  await page.goto('/settings/profile')
  const name = page.getByRole('form', { name: 'Name' })
  await name.getByLabel('Name').fill('Bo Example')
  await name.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: /^Bo Example/ }).waitFor()
})
