import { readFileSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN, WITH_ADMIN } from '../server/src/testing/http-client.ts'
import { type Demo, fillWithDemo } from './demo.ts'
import { openPost, type Post } from './demo-post.ts'
import { openSentry, type StandingSentry } from './demo-sentry.ts'
import { openHouse } from './house.ts'
import { settled } from './settled.ts'

let post: Post
let sentry: StandingSentry
const house = openHouse(async () => {
  post = await openPost()
  sentry = await openSentry()
  return { ...WITH_ADMIN, ...post.settings, OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1' }
})
afterAll(() => Promise.all([post.close(), sentry.close()]))
let demo: Demo
beforeAll(async () => {
  const goTo = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000)
  demo = await fillWithDemo({ url: house.server().url, admin: await house.admin(), goTo, post, sentry })
})

const WITHOUT_SIGN_IN = ['/sign-in', '/setup', '/password', '/confirm']

/** An address of each route of web/src/routes.tsx, by the path that stands there. */
const PAGES: Record<string, () => string[]> = {
  '/incidents': () => ['/incidents', '/incidents?status=all&q=nothing%20like%20it'],
  '/incidents/$number': () => [
    `/incidents/${demo.payment.number}`,
    `/incidents/${demo.storm.number}`,
    '/incidents/999999',
  ],
  '/on-call': () => ['/on-call'],
  '/schedules': () => ['/schedules'],
  '/schedules/new': () => ['/schedules/new'],
  '/schedules/$id': () => [`/schedules/${demo.shop}`, `/schedules/${demo.world}?view=month`],
  '/schedules/$id/edit': () => [`/schedules/${demo.world}/edit`],
  '/escalation-policies': () => ['/escalation-policies'],
  '/escalation-policies/new': () => ['/escalation-policies/new'],
  '/escalation-policies/$id': () => [`/escalation-policies/${demo.policy}`],
  '/escalation-policies/$id/edit': () => [`/escalation-policies/${demo.policy}/edit`],
  '/coverage': () => ['/coverage'],
  '/services': () => ['/services'],
  '/services/$id': () => [`/services/${demo.checkout}`],
  '/services/$id/integrations': () => [`/services/${demo.checkout}/integrations`],
  '/services/$id/integrations/new': () => [`/services/${demo.checkout}/integrations/new`],
  '/services/$id/settings': () => [`/services/${demo.checkout}/settings`],
  '/integrations': () => ['/integrations'],
  '/integrations/$ref': () => [
    `/integrations/${demo.waiting.ref}?tab=setup`,
    `/integrations/${demo.waiting.ref}?tab=setup&sender=plugin`,
    `/integrations/${demo.cron.ref}?tab=setup`,
    `/integrations/${demo.waiting.ref}?tab=connection`,
    `/integrations/${demo.sentryOfOrders.ref}?tab=connection`,
    ...['health', 'deliveries', 'settings'].map(
      (tab) => `/integrations/${demo.sentryOfCheckout.ref}?tab=${tab}`,
    ),
  ],
  '/notifications': () => ['/notifications', '/notifications?status=failed'],
  '/maintenance': () => ['/maintenance'],
  '/settings': () => ['/settings'],
  '/people': () => ['/settings/people'],
  '/people/$id': () => [`/settings/people/${demo.crew.dana}`, '/settings/people/nobody'],
  '/channels': () => ['/settings/channels'],
  '/channels/$channel': () => [
    '/settings/channels/email',
    '/settings/channels/slack',
    '/settings/channels/smoke',
  ],
  '/teams': () => ['/settings/teams'],
  '/api-keys': () => ['/settings/api-keys'],
  '/audit-log': () => ['/settings/audit-log'],
  '/profile': () => ['/settings/profile'],
  '/sign-in': () => ['/sign-in'],
  '/setup': () => ['/setup'],
  '/password': () => ['/password'],
  '/confirm': () => ['/confirm'],
  '/': () => ['/no-such-page'],
}

test('there is a page here for every route', () => {
  const routes = readFileSync(new URL('../web/src/routes.tsx', import.meta.url), 'utf8')
  const declared = [...routes.matchAll(/path: '([^']+)'/g)].map(([, path]) => path)
  expect(new Set(declared)).toEqual(new Set(Object.keys(PAGES)))
})

const DESKTOP = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }
const SMALLEST = { width: 360, height: 740 }

async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`),
  )
}

/** What is drawn beyond the right edge, where nobody sees it without scrolling. */
const overflowOf = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

async function look(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
}

const LOOKS = [
  { viewport: DESKTOP, colorScheme: 'light' },
  { viewport: DESKTOP, colorScheme: 'dark' },
  { viewport: PHONE, colorScheme: 'light' },
] as const

test.each(Object.keys(PAGES))(
  '%s: axe finds nothing, light or dark, wide or narrow, and it fits 360 px',
  async (route) => {
    const as = WITHOUT_SIGN_IN.includes(route) ? null : ADMIN
    const page = await house.visit('/no-such-page', {
      as,
      refusals: [401, 403, 404, 410],
      reducedMotion: 'reduce',
    })
    for (const address of PAGES[route]!()) {
      await page.goto(address)
      await settled(page)
      for (const { viewport, colorScheme } of LOOKS) {
        await page.setViewportSize(viewport)
        await look(page, colorScheme)
        expect(await violationsOf(page), `${address} ${viewport.width} ${colorScheme}`).toEqual([])
      }
      await page.setViewportSize(SMALLEST)
      expect(await overflowOf(page), address).toBe(0)
    }
  },
)

/** What opens over a page. */
const DIALOGS: Record<string, { address: string; open(page: Page): Promise<void>; name: string | RegExp }> = {
  keys: { address: '/incidents', open: (page) => page.keyboard.press('?'), name: 'Keys' },
  'command palette': {
    address: '/incidents',
    open: (page) => page.getByRole('button', { name: 'Find or do' }).click(),
    name: /./,
  },
  'create incident': {
    address: '/incidents',
    open: (page) => press(page, 'Create incident'),
    name: 'Create incident',
  },
  'create service': {
    address: '/services',
    open: (page) => press(page, 'Create service'),
    name: 'Create service',
  },
  'plan maintenance': {
    address: '/maintenance',
    open: (page) => press(page, 'Plan maintenance'),
    name: 'Plan maintenance',
  },
  'invite somebody': {
    address: '/settings/people',
    open: (page) => press(page, 'Invite somebody'),
    name: 'Invite somebody',
  },
  'create team': {
    address: '/settings/teams',
    open: (page) => press(page, 'Create team'),
    name: 'Create team',
  },
  'a shift': {
    address: '/on-call',
    open: (page) =>
      page
        .getByRole('button', { name: /\d\d:\d\d/ })
        .last()
        .click(),
    name: /./,
  },
  'add contact method': {
    address: '/settings/profile',
    open: (page) => press(page, 'Add contact method'),
    name: 'Add contact method',
  },
  'create API key': {
    address: '/settings/api-keys',
    open: (page) => press(page, 'Create API key'),
    name: 'Create API key',
  },
}
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click()

test.each(Object.keys(DIALOGS))('the dialog "%s": axe finds nothing, and Escape closes it', async (key) => {
  const { address, open, name } = DIALOGS[key]!
  const page = await house.visit(address, { reducedMotion: 'reduce' })
  await settled(page)
  await open(page)
  const dialog = page.getByRole('dialog', { name })
  await dialog.waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.setViewportSize(SMALLEST)
  expect(await overflowOf(page)).toBe(0)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
})

test('a selection, a menu, a delivery and a storm to be split: axe finds nothing', async () => {
  const page = await house.visit('/incidents', { reducedMotion: 'reduce' })
  await page
    .getByRole('checkbox', { name: /^Select incident/ })
    .first()
    .check()
  await page
    .getByRole('region', { name: 'Selected incidents' })
    .getByRole('button', { name: 'Snooze' })
    .click()
  await page.getByRole('menuitem').first().waitFor()
  expect(await violationsOf(page)).toEqual([])

  await page.goto(`/integrations/${demo.sentryOfCheckout.ref}?tab=deliveries`)
  await page.getByRole('list', { name: 'Deliveries' }).getByRole('link').first().click()
  await page.getByRole('dialog', { name: 'Delivery' }).getByText('Headers').waitFor()
  expect(await violationsOf(page)).toEqual([])

  await page.goto(`/incidents/${demo.storm.number}`)
  await page.getByRole('button', { name: /^Split all/ }).press('Enter')
  await page.getByRole('dialog', { name: 'Split this storm' }).waitFor()
  expect(await violationsOf(page)).toEqual([])
})
