import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { ADMIN, type HttpClient, signedIn, WITH_ADMIN } from '../server/src/testing/http-client.ts'
import {
  newDataFolder,
  type ServerProcess,
  type Settings,
  startServer,
} from '../server/src/testing/server-process.ts'
import { launchBrowser } from './chromium.ts'

const DESKTOP = { width: 1440, height: 900 }
const PATIENCE_MS = 15_000

type Visit = BrowserContextOptions & {
  /** Who is signed in; null: nobody. */
  as?: { email: string; password: string } | null
  /** Statuses of refusals that belong to what the test does; browsers report each one as an error. */
  refusals?: number[]
}

/** A real server with an empty database, and a browser, for the tests of a file. */
export function openHouse(settings: Settings | (() => Promise<Settings>) = WITH_ADMIN) {
  const data = newDataFolder()
  let server: ServerProcess
  let browser: Browser
  beforeAll(async () => {
    const given = typeof settings === 'function' ? await settings() : settings
    ;[server, browser] = await Promise.all([
      startServer({ OPSKNIGHT_DATA: data.folder, ...given }),
      launchBrowser(),
    ])
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await data.remove()
  })

  return {
    server: () => server,
    /** The administrator, as a program. */
    admin: () => signedIn(server.url, ADMIN),
    /** Somebody with a browser of their own. The test fails when a page complains, or asks another host for anything. */
    async visit(path: string, { as = ADMIN, refusals = [], ...options }: Visit = {}): Promise<Page> {
      const context = await browser.newContext({ viewport: DESKTOP, baseURL: server.url, ...options })
      context.setDefaultTimeout(PATIENCE_MS)
      await context.addInitScript(reportPolicyViolations)
      const page = await context.newPage()
      const problems = watch(page, server.url, refusals)
      onTestFinished(async ({ task }) => {
        if (task.result?.state === 'fail') console.error(await describe(page, server))
        await context.close()
        expect(problems).toEqual([])
      })
      if (as) await context.request.post('/api/v1/session', { data: as })
      await page.goto(path)
      return page
    },
  }
}

function reportPolicyViolations(): void {
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    console.error(`Content-Security-Policy: ${violatedDirective} forbids ${blockedURI}`),
  )
}

/** Collects everything that should not happen on a page. */
function watch(page: Page, origin: string, refusals: number[]): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`Uncaught: ${error.stack ?? error}`))
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return
    const status = message.text().match(/^Failed to load resource: .* status of (\d+)/)?.[1]
    if (!status || !refusals.includes(Number(status))) problems.push(`Console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== origin)
      problems.push(`Another host: ${url.href}`)
  })
  return problems
}

/** What somebody who looks into a failure wants to see: the page as a screen reader has it, and the server's complaints. */
async function describe(page: Page, server: ServerProcess): Promise<string> {
  const complaints = server.output().match(/^.*"level":(?:40|50|60),.*$/gm) ?? []
  const seen = await page.locator('body').ariaSnapshot({ timeout: 2_000 })
  return [page.url(), seen, ...complaints.slice(-10)].join('\n')
}

/** A new person with a password, as if they had opened their invitation. */
export async function addPerson(admin: HttpClient, url: string, role: 'admin' | 'responder' | 'viewer') {
  const email = `${role}@example.com`
  const { body } = await admin.post('/api/v1/users', { email, role, name: `The ${role}` })
  const password = 'nine lives are not enough'
  const token = new URL(body.inviteUrl).searchParams.get('token')
  const redeemed = await fetch(`${url}/api/v1/password-links/redeem`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password }),
  })
  expect(redeemed.status).toBe(200)
  return { email, password }
}
