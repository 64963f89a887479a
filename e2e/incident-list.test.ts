import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { addIntegration } from '../server/src/testing/http-client.ts'
import { deliver } from '../server/src/testing/load.ts'
import { openHouse } from './house.ts'

const house = openHouse()

/** A service of its own with incidents of these titles, and the list of that service in a browser. */
async function listOf(...titles: string[]) {
  const { webhookUrl, serviceId } = await addIntegration(await house.admin())
  for (const title of titles) expect(await deliver(webhookUrl, title)).toBe(202)
  const page = await house.visit(`/incidents?service=${serviceId}`)
  if (titles.length > 0) await row(page, titles.at(-1)!).waitFor()
  return { page, webhookUrl, serviceId }
}

const list = (page: Page) => page.getByRole('list', { name: 'Incidents' })
const row = (page: Page, title: string) =>
  list(page)
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: title, exact: true }) })
const titlesIn = (page: Page) => list(page).getByRole('link').allInnerTexts()
const focusedTitle = (page: Page) => page.evaluate(() => document.activeElement?.textContent)
const status = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: new RegExp(`^${name}`) })

test('a new incident appears by itself, a repeat is counted, and what others do shows', async () => {
  const { page, webhookUrl } = await listOf('Cart is empty')
  await deliver(webhookUrl, 'Payment fails')
  await row(page, 'Payment fails').waitFor()
  expect(await titlesIn(page)).toEqual(['Payment fails', 'Cart is empty'])

  const repeat = { action: 'created', issue: { id: 'Payment fails', title: 'Payment fails', level: 'error' } }
  await fetch(webhookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(repeat),
  })
  await row(page, 'Payment fails').getByText('×2').waitFor()

  const admin = await house.admin()
  const { body } = await admin.get('/api/v1/incidents?q=Payment')
  await admin.post(`/api/v1/incidents/${body.items[0].id}/acknowledge`)
  await row(page, 'Payment fails').getByText('admin').waitFor()
})

test('a list that is scrolled keeps still and says how many are new', async () => {
  const titles = Array.from({ length: 30 }, (_, index) => `Job ${index + 1} failed`)
  const { page, webhookUrl } = await listOf(...titles)
  await page.mouse.wheel(0, 600)
  await page.waitForFunction(() => window.scrollY > 100)
  const before = await titlesIn(page)

  await deliver(webhookUrl, 'Job 31 failed')
  const pill = page.getByRole('button', { name: '1 new' })
  await pill.waitFor()
  expect(await titlesIn(page)).toEqual(before)

  await pill.click()
  await row(page, 'Job 31 failed').waitFor()
  expect(await page.evaluate(() => window.scrollY)).toBe(0)
})

test('filters and search are in the URL, so that a copied link shows the same', async () => {
  const { page, serviceId } = await listOf('Cart is empty', 'Payment fails')
  const admin = await house.admin()
  await admin.post('/api/v1/incidents', { serviceId, title: 'Site is down', severity: 'critical' })
  await row(page, 'Site is down').waitFor()

  await page.getByRole('button', { name: 'Critical' }).click()
  await expect.poll(() => titlesIn(page)).toEqual(['Site is down'])
  await page.getByRole('searchbox', { name: 'Search incidents' }).fill('nothing like that')
  await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
  await page.getByRole('searchbox', { name: 'Search incidents' }).fill('site')
  await expect.poll(() => titlesIn(page)).toEqual(['Site is down'])
  expect(new URL(page.url()).search).toContain('severity=critical')
  expect(new URL(page.url()).search).toContain('q=site')

  const other = await house.visit(page.url())
  await row(other, 'Site is down').waitFor()
  expect(await titlesIn(other)).toEqual(['Site is down'])
  expect(await other.getByRole('searchbox', { name: 'Search incidents' }).inputValue()).toBe('site')

  await status(other, 'Resolved').click()
  await other.getByRole('heading', { name: 'Nothing matches' }).waitFor()
  await other.goBack()
  await row(other, 'Site is down').waitFor()
})

test('everything can be done with the keyboard alone', async () => {
  const { page } = await listOf('Third', 'Second', 'First')
  const press = (...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve())

  await press('j', 'j')
  await expect.poll(() => focusedTitle(page)).toBe('Second')
  await press('k')
  await expect.poll(() => focusedTitle(page)).toBe('First')
  await press('a')
  await row(page, 'First').getByText('admin').waitFor()
  await press('j', 'r')
  await expect.poll(() => titlesIn(page)).toEqual(['First', 'Third'])
  await expect.poll(() => focusedTitle(page)).toBe('Third')

  await press('x')
  const selected = page.getByRole('region', { name: 'Selected incidents' })
  await selected.getByText('1 selected').waitFor()
  await press('Escape')
  await selected.waitFor({ state: 'detached' })

  await press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await press('Escape')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' })
  await press('/')
  await expect
    .poll(() => page.getByRole('searchbox').evaluate((box) => box === document.activeElement))
    .toBe(true)
  await press('Escape')
  await page.getByRole('heading', { name: 'Incidents' }).click()
  await press('g', 's')
  await page.waitForURL('**/services')
  await press('g', 'i')
  await page.waitForURL('**/incidents')
})

test('a selection is resolved at once, and the way back is offered', async () => {
  const { page } = await listOf('One', 'Two', 'Three', 'Four')
  await page
    .getByRole('checkbox', { name: /Select incident/ })
    .first()
    .check()
  await row(page, 'Two')
    .getByRole('checkbox')
    .click({ modifiers: ['Shift'] })
  const selected = page.getByRole('region', { name: 'Selected incidents' })
  await selected.getByText('3 selected').waitFor()
  await selected.getByRole('button', { name: 'Resolve' }).click()
  await page.mouse.move(0, 0)
  await expect.poll(() => titlesIn(page)).toEqual(['One'])

  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => titlesIn(page)).toEqual(['Four', 'Three', 'Two', 'One'])
})

/** What people wait for before they see anything; `gzip` of it, as most servers and proxies would send it. */
const FIRST_PAGE_MAX_BYTES = 240_000

test('the first page needs little JavaScript, and gets it compressed', async () => {
  const { page } = await listOf('Cart is empty')
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('.js'))
      .map((entry) => ({ url: entry.name, sent: (entry as PerformanceResourceTiming).encodedBodySize })),
  )
  const contents = await Promise.all(scripts.map(async ({ url }) => (await page.request.get(url)).body()))
  const compressed = contents.map((content) => gzipSync(content).length)
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0)
  expect(sum(compressed)).toBeGreaterThan(100_000)
  expect(sum(compressed)).toBeLessThan(FIRST_PAGE_MAX_BYTES)
  expect(sum(scripts.map(({ sent }) => sent))).toBeLessThan(FIRST_PAGE_MAX_BYTES)
})
