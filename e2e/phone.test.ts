import { expect, test } from 'vitest'
import { addIntegration } from '../server/src/testing/http-client.ts'
import { deliver } from '../server/src/testing/load.ts'
import { openHouse } from './house.ts'

const house = openHouse()
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }

test('woken at night: from the list to an acknowledged incident with a thumb', async () => {
  const { webhookUrl } = await addIntegration(await house.admin())
  for (const title of ['Cart is empty', 'Payment fails']) await deliver(webhookUrl, title)
  const page = await house.visit('/', PHONE)
  await page.getByRole('link', { name: 'Payment fails' }).tap()
  await page.getByRole('heading', { name: 'Payment fails', level: 1 }).waitFor()

  const acknowledge = page.getByRole('button', { name: 'Acknowledge', exact: true })
  const box = await acknowledge.boundingBox()
  expect(box?.y, 'within reach of the thumb').toBeGreaterThan(PHONE.viewport.height / 2)
  await acknowledge.tap()
  await page.getByRole('region', { name: 'Timeline' }).getByText('acknowledged').first().waitFor()

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Incidents' }).tap()
  await page.getByRole('link', { name: /^Open/ }).tap()
  await page.getByRole('link', { name: 'Cart is empty' }).waitFor()
  await page.getByRole('link', { name: 'Payment fails' }).waitFor({ state: 'detached' })
})
