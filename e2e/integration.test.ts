import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { httpClient } from '../server/src/testing/http-client.ts'
import { openHouse } from './house.ts'

const house = openHouse()
const CLIENT_SECRET = 'the-client-secret-that-sentry-shows'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const tab = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Integration' }).getByRole('link', { name, exact: true })

async function copied(page: Page, what: string): Promise<string> {
  await button(page, `Copy ${what}`).click()
  return page.evaluate(() => navigator.clipboard.readText())
}

const send = async (webhookUrl: string, body: object = issue('Payment fails')) =>
  (await httpClient(house.server().url).post(webhookUrl, body)).status
const issue = (title: string) => ({ action: 'created', issue: { id: title, title, level: 'error' } })

/** The way of the documentation: Services → service → Integrations → Add Integration → Sentry. */
async function addSentry(service: string): Promise<Page> {
  await (await house.admin()).post('/api/v1/services', { name: service })
  const page = await house.visit('/services', { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.getByRole('link', { name: service, exact: true }).click()
  await page.getByRole('navigation', { name: 'Service' }).getByRole('link', { name: 'Integrations' }).click()
  await page.getByRole('button', { name: 'Add integration' }).first().click()
  await page.getByRole('radio', { name: 'Sentry' }).check()
  await button(page, 'Add Sentry').click()
  await page.getByRole('heading', { name: 'Waiting for the first delivery…' }).waitFor()
  return page
}

test('with a pasted secret an unsigned delivery is rejected, explained, and can be replayed once it is known to be genuine', async () => {
  const page = await addSentry('Shop')
  const webhookUrl = await copied(page, 'webhook URL')
  await page.getByLabel("Sentry's Client Secret").fill(CLIENT_SECRET)
  await button(page, 'Save secret').click()
  await page.getByText('A signing secret is set.').waitFor()
  expect(await page.content()).not.toContain(CLIENT_SECRET)

  expect(await send(webhookUrl)).toBe(401)
  await tab(page, 'Health').click()
  const found = page.getByRole('list', { name: 'What was found' })
  await found.getByRole('listitem').filter({ hasText: /sign/i }).first().waitFor()

  await tab(page, 'Deliveries').click()
  const delivery = page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem').first()
  expect(await delivery.innerText()).toMatch(/signature/i)
  expect(await delivery.innerText()).toContain('401')
  await delivery.getByRole('link').first().click()
  const drawer = page.getByRole('dialog', { name: 'Delivery' })
  await drawer.getByText('Payment fails').first().waitFor()
  await button(page, 'Replay').click()
  await drawer.getByText('Opened incident').waitFor()
  await drawer.getByRole('link', { name: /^incident #/ }).click()
  await page.getByRole('heading', { name: 'Payment fails', level: 1 }).waitFor()
})

test('"Send test alert" turns the box green, signed when there is a secret', async () => {
  const page = await addSentry('Search')
  await button(page, 'Generate one here').click()
  expect((await copied(page, 'signing secret')).length).toBeGreaterThanOrEqual(32)
  await button(page, 'I have copied it').click()
  await button(page, 'Send test alert').click()
  await page.getByRole('heading', { name: 'It works' }).waitFor()
})

test('after the Integration ID is rotated the old address is gone and the new one works', async () => {
  const page = await addSentry('Mail')
  const before = await copied(page, 'webhook URL')
  await tab(page, 'Settings').click()
  await button(page, 'Rotate ID').click()
  const dialog = page.getByRole('dialog', { name: 'Rotate the Integration ID' })
  await dialog.getByRole('button', { name: 'Rotate ID' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('The new address stands above.').waitFor()
  const after = await copied(page, 'webhook URL')

  expect(after).not.toBe(before)
  expect(await send(before)).toBe(404)
  expect(await send(after)).toBe(202)
})

test('a disabled integration answers 403 and says on its page that it is disabled', async () => {
  const page = await addSentry('Reports')
  const webhookUrl = await copied(page, 'webhook URL')
  await tab(page, 'Settings').click()
  await page.getByRole('switch', { name: 'Enabled' }).click()
  await expect.poll(() => send(webhookUrl)).toBe(403)
  await tab(page, 'Health').click()
  await page
    .getByRole('list', { name: 'What was found' })
    .getByText(/disabled/i)
    .first()
    .waitFor()
})

test('an API key made on its page works, and ends when it is deleted there', async () => {
  const page = await house.visit('/settings/api-keys', { permissions: ['clipboard-read', 'clipboard-write'] })
  await button(page, 'Create API key').first().click()
  const dialog = page.getByRole('dialog', { name: 'Create API key' })
  await dialog.getByLabel('Name').fill('deploy-bot')
  await dialog.getByRole('button', { name: 'Create API key' }).click()
  await dialog.getByText('Shown only now').waitFor()
  const key = await copied(page, 'API key')
  const withKey = httpClient(house.server().url, { authorization: `Bearer ${key}` })
  expect((await withKey.get('/api/v1/incidents')).status).toBe(200)
  expect((await withKey.post('/api/v1/services', { name: 'No' })).status).toBe(403)

  await button(page, 'I have copied it').click()
  const row = page.getByRole('listitem').filter({ hasText: 'deploy-bot' })
  await row.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await row.waitFor({ state: 'detached' })
  expect((await withKey.get('/api/v1/incidents')).status).toBe(401)
})
