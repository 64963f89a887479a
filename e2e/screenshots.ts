// `node e2e/screenshots.ts`: writes the pictures of the documentation, docs/images/*.png, from a server with a day of alerts.
import { randomBytes } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Route } from 'playwright-core'
import { buildApp } from '../server/src/app.ts'
import { readConfig } from '../server/src/config.ts'
import { runDueEscalations } from '../server/src/escalations/engine.ts'
import { wakeDueIncidents } from '../server/src/incidents/commands.ts'
import { sendDuePages } from '../server/src/notifications/send-due.ts'
import { createAuth } from '../server/src/people/auth.ts'
import { createFirstAdmin } from '../server/src/people/setup.ts'
import { connect } from '../server/src/platform/db.ts'
import { startTemporaryPostgres } from '../server/src/platform/embedded-postgres/index.ts'
import { createLive } from '../server/src/platform/live.ts'
import { createLog } from '../server/src/platform/log.ts'
import { createMetrics } from '../server/src/platform/metrics/index.ts'
import { migrate } from '../server/src/platform/migrate.ts'
import { openPipeline } from '../server/src/platform/pipeline.ts'
import { secretBox } from '../server/src/platform/secrets.ts'
import { enrichDueIncidents } from '../server/src/sentry-sync/enrich.ts'
import { syncDueIssues } from '../server/src/sentry-sync/work.ts'
import { signedIn } from '../server/src/testing/http-client.ts'
import { launchBrowser } from './chromium.ts'
import { type Demo, fillWithDemo } from './demo.ts'
import { openPost } from './demo-post.ts'
import { openSentry } from './demo-sentry.ts'
import buildWebApp from './global-setup.ts'
import { settled } from './settled.ts'

const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url))
const ANA = { email: 'ana@harborline.example', password: 'correct horse battery staple' }
const WIDTHS = { 1440: 900, 390: 844 } as const
const MAX_BYTES = 300 * 1024

/** The whole server in this process, so that its clock can be set and incidents have an age. */
async function startServer(databaseUrl: string, settings: Record<string, string>) {
  await migrate(databaseUrl)
  const key = randomBytes(32)
  let minutesAgo = 0
  const config = readConfig({
    OPSKNIGHT_URL: 'https://opsknight.harborline.example',
    OPSKNIGHT_SECRET_KEY: key.toString('base64'),
    ...settings,
  })
  const clock = { now: () => new Date(Date.now() - minutesAgo * 60_000) }
  const db = connect(databaseUrl, () => {})
  const deps = {
    config,
    db,
    peopleDb: db,
    pipeline: openPipeline(databaseUrl, () => {}),
    clock,
    log: createLog('warn', process.stderr),
    live: createLive(),
    metrics: createMetrics(clock),
    secrets: secretBox(key),
  }
  const goTo = (minutes: number) => {
    minutesAgo = minutes
    return deps.clock.now()
  }
  goTo(26 * 60)
  await createFirstAdmin(deps, createAuth(deps), ANA)
  const app = await buildApp(deps)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const stop = async () => {
    await app.close()
    await Promise.all([deps.db.destroy(), deps.pipeline.destroy()])
  }
  const work = async () => {
    const now = clock.now()
    while (await wakeDueIncidents(deps, now));
    while (await runDueEscalations(deps, now));
    await sendDuePages(deps, now)
    while (await syncDueIssues(deps, now));
    while (await enrichDueIncidents(deps, now));
  }
  return { url, goTo, work, stop }
}

const pagesOf = (demo: Demo) => ({
  incidents: '/incidents',
  incident: `/incidents/${demo.payment.number}`,
  storm: `/incidents/${demo.storm.number}`,
  'on-call': '/on-call',
  schedule: `/schedules/${demo.shop}`,
  'escalation-policy': `/escalation-policies/${demo.policy}`,
  notifications: '/notifications',
  profile: '/settings/profile',
  channels: '/settings/channels',
  'integration-setup': `/integrations/${demo.waiting.ref}?tab=setup`,
  'sentry-connect': `/integrations/${demo.waiting.ref}?tab=connection`,
  'sentry-both-ways': `/integrations/${demo.sentryOfCheckout.ref}?tab=connection`,
  'sentry-trouble': `/integrations/${demo.sentryOfOrders.ref}?tab=connection`,
  'integration-health': `/integrations/${demo.sentryOfCheckout.ref}?tab=health`,
})

/** The Sentry of the demonstration listens on this machine; in the pictures it has an address like everything else. */
async function showPublicAddress(route: Route): Promise<void> {
  const response = await route.fetch()
  const connection = await response.json()
  await route.fulfill({ response, json: { ...connection, url: 'https://sentry.harborline.example' } })
}

async function takePictures(browser: Browser, url: string, cookie: string, demo: Demo): Promise<void> {
  for (const [width, height] of Object.entries(WIDTHS))
    for (const colorScheme of ['light', 'dark'] as const) {
      const viewport = { width: Number(width), height }
      const context = await browser.newContext({
        viewport,
        colorScheme,
        baseURL: url,
        reducedMotion: 'reduce',
      })
      await context.setExtraHTTPHeaders({ cookie })
      await context.route('**/sentry-connection', showPublicAddress)
      const page = await context.newPage()
      for (const [name, path] of Object.entries(pagesOf(demo))) {
        await page.goto(path)
        await settled(page)
        const file = `${IMAGES}${name}-${width}-${colorScheme}.png`
        await page.screenshot({ path: file, animations: 'disabled' })
        const { size } = statSync(file)
        if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes, which is too many for a document`)
        console.log(`${Math.round(size / 1024)} KB ${file}`)
      }
      await context.close()
    }
}

mkdirSync(IMAGES, { recursive: true })
await buildWebApp()
await using things = new AsyncDisposableStack()
const postgres = await startTemporaryPostgres()
things.defer(postgres.stop)
const post = await openPost()
things.defer(post.close)
const sentry = await openSentry()
things.defer(sentry.close)
const server = await startServer(postgres.url, {
  ...post.settings,
  OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1',
})
things.defer(server.stop)
const admin = await signedIn(server.url, ANA)
await admin.patch('/api/v1/me', { name: 'Ana Reis' })
const demo = await fillWithDemo({
  url: server.url,
  admin,
  goTo: server.goTo,
  work: server.work,
  post,
  sentry,
})
const browser = await launchBrowser()
things.defer(() => browser.close())
await takePictures(browser, server.url, admin.cookie, demo)
