import { randomBytes } from 'node:crypto'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { startTemporaryPostgres } from '../server/src/platform/embedded-postgres/index.ts'
import { ADMIN, addIntegration, WITH_ADMIN } from '../server/src/testing/http-client.ts'
import { lineTo } from '../server/src/testing/line.ts'
import { openHouse } from './house.ts'

const parts = new AsyncDisposableStack()
afterAll(() => parts.disposeAsync())
let line: Awaited<ReturnType<typeof lineTo>>

const house = openHouse(async () => {
  const postgres = await startTemporaryPostgres()
  parts.defer(() => postgres.stop())
  line = await lineTo(postgres.url, (end) => parts.defer(end))
  const key = randomBytes(32).toString('base64')
  return { ...WITH_ADMIN, DATABASE_URL: line.url, OPSKNIGHT_SECRET_KEY: key }
})

const LOOKS = [
  { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const

/** axe, in both looks. */
async function inspect(page: Page, name: string): Promise<void> {
  for (const { viewport, colorScheme } of LOOKS) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([])
  }
}

test('while the database is away people are told, see what was known, and nothing that arrives is lost', async () => {
  const admin = await house.admin()
  const { webhookUrl } = await addIntegration(admin)
  const deliver = async (id: string, title: string) => {
    const body = JSON.stringify({ action: 'created', issue: { id, title, level: 'error' } })
    const headers = { 'content-type': 'application/json' }
    return (await (await fetch(webhookUrl, { method: 'POST', headers, body })).json()).result.action
  }
  expect(await deliver('1', 'Checkout is slow')).toBe('triggered')
  const page = await house.visit('/incidents', { refusals: [503], reducedMotion: 'reduce' })
  await page.getByRole('link', { name: 'Checkout is slow' }).waitFor()

  await line.cut()
  const banner = page.locator('[data-trouble]')
  await banner.getByRole('alert').waitFor()
  expect(await deliver('2', 'Disk is full')).toBe('queued')
  expect(await deliver('3', 'Login fails')).toBe('queued')
  await banner.getByText('2 deliveries are waiting and will take effect when it is back.').waitFor()
  expect(await page.getByRole('link', { name: 'Checkout is slow' }).count()).toBe(1)
  await inspect(page, 'incidents')
  const stranger = await house.visit('/sign-in', { as: null, refusals: [503], reducedMotion: 'reduce' })
  await stranger.locator('[data-trouble]').getByText('2 deliveries are waiting').waitFor()
  await inspect(stranger, 'sign-in')

  await line.mend()
  await page.getByRole('link', { name: 'Disk is full' }).waitFor()
  await page.getByRole('link', { name: 'Login fails' }).waitFor()
  await banner.waitFor({ state: 'detached' })
  await stranger.locator('[data-trouble]').waitFor({ state: 'detached' })
  await stranger.getByLabel('E-mail').fill(ADMIN.email)
  await stranger.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await stranger.getByRole('button', { name: 'Sign in' }).click()
  await stranger.getByRole('link', { name: 'Disk is full' }).waitFor()
})
