import type { ParsedMail } from 'mailparser'
import type { Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { ADMIN, signedIn } from '../server/src/testing/http-client.ts'
import { deliver } from '../server/src/testing/load.ts'
import { type Mailbox, mailbox } from '../server/src/testing/mailbox.ts'
import { setupLinkOf } from '../server/src/testing/server-process.ts'
import { openHouse } from './house.ts'

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const

let mail: Mailbox
const ends: (() => Promise<void>)[] = []
const house = openHouse(async () => {
  mail = await mailbox({}, (close) => ends.push(close))
  return { SMTP_URL: mail.url, MAIL_FROM: 'OpsKnight <opsknight@example.com>' }
})
afterAll(async () => {
  for (const close of ends) await close()
})

const about = (subject: RegExp) => (letter: ParsedMail) => subject.test(letter.subject ?? '')
const linkIn = (letter: ParsedMail, label: string) =>
  String(letter.html).match(new RegExp(`<a href="([^"]+)"[^>]*>${label}</a>`))?.[1] ?? ''

test('from a fresh server to a page that is acknowledged from the mail that brought it', async () => {
  const page = await house.visit(setupLinkOf(house.server()), { as: null, refusals: [401] })
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
  await page.getByRole('link', { name: 'Connect a tool later' }).click()

  await heading('How are you paged when Checkout breaks?').waitFor()
  expect(await page.getByLabel('E-mail address').inputValue()).toBe(ADMIN.email)
  await button('Add and send a code').click()
  const code = (await mail.next(about(/code/))).text?.match(/\b\d{6}\b/)?.[0] ?? ''
  await page.getByLabel('Code').fill(code)
  await button('Verify').click()
  await button(`Page me at ${ADMIN.email}`).click()
  await heading(`You will be paged at ${ADMIN.email}`).waitFor()
  await button('Send a test').click()
  await mail.next(about(/test page/))

  const link = await letAlertArrive('Payment fails')
  await acknowledgeOnPhone(link)
  await seeWhoHasIt(page)
})

/** Something breaks; returns where "Acknowledge" of the mail about it leads. */
async function letAlertArrive(title: string): Promise<string> {
  const admin = await signedIn(house.server().url, ADMIN)
  const [service] = (await admin.get('/api/v1/services')).body.items
  const { webhookUrl } = (await admin.post(`/api/v1/services/${service.id}/integrations`, { type: 'sentry' }))
    .body
  expect(await deliver(webhookUrl, title)).toBe(202)
  return linkIn(await mail.next(about(new RegExp(title))), 'Acknowledge')
}

/** Signed out, in the dark, with a thumb. Opening the link changes nothing; its button does. */
async function acknowledgeOnPhone(link: string): Promise<void> {
  const phone = await house.visit(link, { ...PHONE, as: null, colorScheme: 'dark' })
  await phone.getByRole('heading', { name: /Payment fails/ }).waitFor()
  const admin = await house.admin()
  expect((await admin.get('/api/v1/incidents/1')).body.status).toBe('open')
  await phone.getByRole('button', { name: 'Acknowledge', exact: true }).tap()
  await phone.getByRole('status').waitFor()
}

async function seeWhoHasIt(page: Page): Promise<void> {
  await page.goto('/incidents/1')
  await page.getByText(/Acknowledged .* by Ana Example/).waitFor()
  const paging = page.getByRole('region', { name: 'Paging' })
  await paging.getByText('Ana Example answered.').waitFor()
  await paging.getByText('Answered: acknowledged').waitFor()
  await page
    .getByRole('region', { name: 'Timeline' })
    .getByText(/Ana Example acknowledged/)
    .waitFor()
}
