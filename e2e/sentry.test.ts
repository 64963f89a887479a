import { afterAll, expect, test } from 'vitest'
import { ADMIN, addIntegration, WITH_ADMIN } from '../server/src/testing/http-client.ts'
import { openPost, type Post } from './demo-post.ts'
import { deliver, openSentry, type StandingSentry } from './demo-sentry.ts'
import { openHouse } from './house.ts'

let sentry: StandingSentry
let post: Post
const house = openHouse(async () => {
  sentry = await openSentry('acme')
  post = await openPost()
  return { ...WITH_ADMIN, ...post.settings, OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1' }
})
afterAll(() => Promise.all([sentry.close(), post.close()]))

const CLIENT_SECRET = 'the-client-secret-that-sentry-shows'
const ECHO = { action: 'ignored', reason: 'OpsKnight made this change in Sentry itself' }

/** Sentry knows its members by addresses, and the administrator has proven theirs. */
async function proveAddress(): Promise<void> {
  const admin = await house.admin()
  const { id } = (await admin.get('/api/v1/me')).body
  const { body: method } = await admin.post(`/api/v1/users/${id}/contact-methods`, {
    channel: 'email',
    address: ADMIN.email,
  })
  await admin.post(`/api/v1/contact-methods/${method.id}/verify`, { code: post.codeFor(ADMIN.email) })
  sentry.members.push({ id: '7', name: 'The administrator', email: ADMIN.email })
}

test('connected in the browser, by keyboard: who acknowledges is assigned in Sentry, and what is resolved here is resolved there', async () => {
  const { ref, webhookUrl } = await addIntegration(await house.admin())
  await proveAddress()
  const page = await house.visit(`/integrations/${ref}?tab=connection`)
  await page.getByLabel('Address of Sentry').fill(`${sentry.url}/organizations/acme/issues/?project=5`)
  await page.keyboard.press('Tab')
  await expect.poll(() => page.getByLabel('Organization').inputValue()).toBe('acme')
  await page.keyboard.press('Tab')
  await page.keyboard.type(sentry.token)
  await page.getByLabel('Client Secret (optional)').fill(CLIENT_SECRET)
  await page.keyboard.press('Enter')
  await page.getByText('Connected: what happens here reaches Sentry').waitFor()
  const permissions = page.getByRole('list', { name: 'Permissions' }).getByRole('listitem')
  expect(await permissions.filter({ hasText: 'granted' }).count()).toBe(3)
  expect(await page.content()).not.toContain(sentry.token)

  const issue = sentry.addIssue()
  const opened = await deliver(webhookUrl, sentry.alert(issue), CLIENT_SECRET)
  expect(opened.action).toBe('triggered')
  await page.goto(`/incidents/${opened.incident.number}`)
  await expect.poll(() => issue.links).toMatchObject([{ webUrl: page.url() }])

  const timeline = page.getByRole('region', { name: 'Timeline' })
  await page.getByRole('button', { name: 'Acknowledge', exact: true }).click()
  await timeline.getByText('The issue is assigned to', { exact: false }).waitFor()
  expect(issue.assignedTo).toMatchObject({ email: ADMIN.email })

  await page.getByRole('button', { name: 'Resolve', exact: true }).click()
  await timeline.getByText('The issue is resolved', { exact: false }).waitFor()
  expect(issue.status).toBe('resolved')
  expect(await sentry.deliverTo(webhookUrl, CLIENT_SECRET)).toEqual([ECHO, ECHO])
})

test('a token that Sentry takes back is said on the page, and a check with a good one ends it', async () => {
  const admin = await house.admin()
  const { ref, webhookUrl } = await addIntegration(admin)
  const given = { ...sentry.connection, clientSecret: CLIENT_SECRET }
  expect((await admin.put(`/api/v1/integrations/${ref}/sentry-connection`, given)).status).toBe(200)
  sentry.answerInstead(() => ({ status: 401, body: { detail: 'Invalid token' } }))
  await deliver(webhookUrl, sentry.alert(sentry.addIssue()), CLIENT_SECRET)
  const connection = async () => (await admin.get(`/api/v1/integrations/${ref}/sentry-connection`)).body
  await expect.poll(connection).toMatchObject({ writesRefused: { at: expect.any(String) } })
  const page = await house.visit(`/integrations/${ref}?tab=connection`)
  const found = page.getByRole('list', { name: 'What was found' })
  await found.getByText('Invalid token').waitFor()

  sentry.answerInstead(null)
  await page.getByRole('button', { name: 'Check connection' }).press('Enter')
  await page.getByText('Connected: what happens here reaches Sentry').waitFor()
})
