import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ADMIN } from '../server/src/testing/http-client.ts'
import { setupLinkOf } from '../server/src/testing/server-process.ts'
import { openHouse } from './house.ts'

const CURL_BODY = readFileSync(
  new URL('../server/src/testing/requirement-curl.json', import.meta.url),
  'utf8',
)

const house = openHouse({})

test('whoever comes to a fresh server without the printed address is told where it is, and gets nothing done', async () => {
  const page = await house.visit('/', { as: null, refusals: [401, 403] })
  await page.getByRole('heading', { name: 'This server is waiting to be set up' }).waitFor()

  await page.goto('/setup?token=guessed')
  await page.getByLabel('Name').fill('Mallory')
  await page.getByLabel('E-mail').fill('mallory@example.com')
  await page.getByLabel('Password', { exact: true }).fill('let me in, let me in')
  await page.getByRole('button', { name: 'Create administrator' }).click()
  await page.getByRole('heading', { name: 'This address does not open the set-up' }).waitFor()
})

test('from the address that the server prints to a resolved incident', async () => {
  const page = await house.visit(setupLinkOf(house.server()), {
    as: null,
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const heading = (name: string) => page.getByRole('heading', { name, exact: true })

  await heading('Create the administrator').waitFor()
  await page.getByLabel('Name').fill('Ana Example')
  await page.getByLabel('E-mail').fill(ADMIN.email)
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await button('Create administrator').click()

  await heading('Name your first service').waitFor()
  await page.getByLabel('Name').fill('Checkout')
  await button('Create service').click()

  await heading('Where do alerts of Checkout come from?').waitFor()
  await page.getByRole('radio', { name: 'Sentry' }).check()
  await button('Add Sentry').click()

  await heading('Waiting for the first delivery…').waitFor()
  await button('Copy webhook URL').click()
  const webhookUrl = await page.evaluate(() => navigator.clipboard.readText())
  expect(webhookUrl).toMatch(
    new RegExp(`^${house.server().url}/api/integrations/sentry\\?integrationId=[\\w-]{22,}$`),
  )
  const answer = await fetch(webhookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: CURL_BODY,
  })
  expect(answer.status).toBe(202)

  // Nobody reloads anything: the box turns green by itself.
  await heading('It works').waitFor()
  const box = page.getByRole('status').filter({ has: heading('It works') })
  expect(await box.innerText()).toContain('Test Error from Sentry')
  await box.getByRole('link', { name: 'Incident #1' }).click()

  await page.getByRole('heading', { name: 'Test Error from Sentry', level: 1 }).waitFor()
  const timeline = page.getByRole('region', { name: 'Timeline' })
  // Nobody has said yet who is on call, and the incident says so.
  await timeline.getByText('found nobody to page').waitFor()
  await button('Acknowledge').click()
  await timeline.getByText('acknowledged', { exact: false }).first().waitFor()

  await timeline.getByLabel('Note').fill('The new release broke it; rolling back.')
  await timeline.getByRole('button', { name: 'Add note' }).click()
  await timeline.getByRole('listitem').getByText('The new release broke it; rolling back.').waitFor()

  await button('Snooze').click()
  await page.getByRole('menuitem').first().click()
  await timeline.getByText('snoozed', { exact: false }).first().waitFor()

  await button('Resolve').click()
  await timeline.getByText('resolved', { exact: false }).first().waitFor()
  expect(await timeline.getByRole('listitem').count()).toBe(6)

  await page.getByRole('link', { name: 'Incidents', exact: true }).first().click()
  await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor()
  expect(await page.getByRole('link', { name: 'Test Error from Sentry' }).count()).toBe(0)
  await page.getByRole('link', { name: /^Resolved/ }).click()
  await page.getByRole('link', { name: 'Test Error from Sentry' }).waitFor()
})
