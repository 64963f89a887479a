import type { Page, Worker } from 'playwright-core'
import { expect, test } from 'vitest'
import { openHouse } from './house.ts'

const house = openHouse()

const MESSAGE = {
  kind: 'page',
  title: '#42 CRITICAL Shop: Checkout is down',
  body: 'CRITICAL · Shop · web-1',
  tag: 'page-42',
  url: '/incidents?status=open',
  token: 'made-up',
}

type Shown = { title: string; options: Record<string, unknown> }
type WorkerScope = {
  shown: Shown[]
  registration: { showNotification(title: string, options: Record<string, unknown>): Promise<void> }
}

/** The service worker as the browser runs it. A headless browser has nowhere to show notifications, so they are only written down. */
async function startWorker(page: Page): Promise<Worker> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/service-worker.js')
    await navigator.serviceWorker.ready
  })
  const [worker] = page.context().serviceWorkers()
  if (!worker) throw new Error('The service worker did not start')
  await worker.evaluate(() => {
    const scope = globalThis as unknown as WorkerScope
    scope.shown = []
    scope.registration.showNotification = async (title, options) => void scope.shown.push({ title, options })
  })
  return worker
}

const shownBy = (worker: Worker) => worker.evaluate(() => (globalThis as unknown as WorkerScope).shown)

/** As the browser hands over what a push service delivered. */
async function push(page: Page, data: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const found = Promise.withResolvers<string>()
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    const [first] = registrations
    if (first) found.resolve(first.registrationId)
  })
  await session.send('ServiceWorker.enable')
  const { origin } = new URL(page.url())
  await session.send('ServiceWorker.deliverPushMessage', {
    origin,
    registrationId: await found.promise,
    data,
  })
  await session.detach()
}

test('what is pushed wakes the service worker, which shows a notification with buttons', async () => {
  const page = await house.visit('/incidents')
  const worker = await startWorker(page)
  await push(page, JSON.stringify(MESSAGE))
  await expect.poll(() => shownBy(worker)).toHaveLength(1)
  await push(page, 'no JSON')
  await expect
    .poll(() => shownBy(worker))
    .toMatchObject([
      {
        title: MESSAGE.title,
        options: {
          body: MESSAGE.body,
          tag: 'page-42',
          requireInteraction: true,
          actions: [{ action: 'acknowledge' }, { action: 'resolve' }],
        },
      },
      { title: 'OpsKnight has something for you', options: { tag: 'unreadable', actions: [] } },
    ])
})

test('the web app can be installed', async () => {
  const page = await house.visit('/incidents')
  const session = await page.context().newCDPSession(page)
  const { errors } = await session.send('Page.getAppManifest')
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
  expect({ errors, installabilityErrors }).toEqual({ errors: [], installabilityErrors: [] })
})
