import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const SCRIPT = readFileSync('web/public/service-worker.js', 'utf8')
const ORIGIN = 'https://opsknight.example.com'

type Options = {
  body: string
  tag: string
  actions: { action: string }[]
  data: Record<string, unknown>
  silent?: boolean
}
type Notification = Options & { title: string }
type Happening = { waitUntil(work: Promise<unknown>): void; [detail: string]: unknown }
type Page = { url: string; focused: boolean }

/** What a browser gives a service worker: a place to hear of what happens, notifications and windows. */
function browser(answer: () => Promise<Response> = async () => new Response('{}'), pages: Page[] = []) {
  const shown: Notification[] = []
  const opened: string[] = []
  const asked: { url: string; body: unknown }[] = []
  const listeners = new Map<string, (event: Happening) => void>()
  const clients = pages.map((page) => ({
    focus: async () => {
      page.focused = true
    },
    navigate: async (url: string) => {
      page.url = url
    },
  }))
  const self = {
    addEventListener: (name: string, listener: (event: Happening) => void) => listeners.set(name, listener),
    location: { origin: ORIGIN },
    registration: {
      showNotification: async (title: string, options: Options) => void shown.push({ title, ...options }),
    },
    clients: { matchAll: async () => clients, openWindow: async (url: string) => void opened.push(url) },
  }
  const fetch = async (url: string, { body }: { body: string }) => {
    asked.push({ url, body: JSON.parse(body) })
    return answer()
  }
  new Function('self', 'fetch', SCRIPT)(self, fetch)
  const happen = async (name: string, details: Record<string, unknown>) => {
    const work: Promise<unknown>[] = []
    listeners.get(name)?.({ ...details, waitUntil: (promise) => void work.push(promise) })
    await Promise.all(work)
  }
  return {
    shown,
    opened,
    asked,
    push: (text: string) => happen('push', { data: { json: () => JSON.parse(text) } }),
    click: (action = '') =>
      happen('notificationclick', { action, notification: { ...shown.at(-1), close() {} } }),
    happen,
  }
}

const MESSAGE = JSON.stringify({
  kind: 'page',
  title: '#42 CRITICAL Shop: Checkout is down',
  body: 'CRITICAL · Shop',
  tag: 'page-42',
  url: `${ORIGIN}/incidents/42`,
  token: 'to/ken',
})

test('a button answers the page by its token, and the notification says that it is done', async () => {
  const b = browser()
  await b.push(MESSAGE)
  await b.click('acknowledge')
  expect(b.asked).toEqual([{ url: '/api/v1/replies/to%2Fken', body: { action: 'acknowledge' } }])
  expect(b.shown.at(-1)).toMatchObject({
    title: 'Acknowledged: #42 CRITICAL Shop: Checkout is down',
    tag: 'page-42',
    actions: [],
    silent: true,
  })
})

test.each([
  [
    'refuses',
    async () => Response.json({ detail: 'The incident is resolved.' }, { status: 409 }),
    /is resolved/,
  ],
  ['answers with a page', async () => new Response('<html>', { status: 502 }), /answered 502/],
  ['is not reached', () => Promise.reject(new TypeError('offline')), /could not be reached/],
])('when the server %s, the notification stays with its buttons and says why', async (_what, answer, why) => {
  const b = browser(answer)
  await b.push(MESSAGE)
  await b.click('resolve')
  expect(b.shown.at(-1)).toMatchObject({
    title: '#42 CRITICAL Shop: Checkout is down',
    body: expect.stringMatching(why),
    actions: [{ action: 'acknowledge' }, { action: 'resolve' }],
  })
  await b.click('resolve')
  expect(b.asked).toHaveLength(2)
})

test('a click opens the incident, in the window that is open already if there is one', async () => {
  const closed = browser()
  await closed.push(MESSAGE)
  await closed.click()
  expect(closed.opened).toEqual([`${ORIGIN}/incidents/42`])

  const page = { url: `${ORIGIN}/services`, focused: false }
  const open = browser(undefined, [page])
  await open.push(MESSAGE)
  await open.click()
  expect(page).toEqual({ url: `${ORIGIN}/incidents/42`, focused: true })
  expect(open.opened).toEqual([])
})

test('whatever arrives, something is shown: browsers take push away from whoever shows nothing', async () => {
  const b = browser()
  await b.push('no JSON')
  await b.push('{}')
  await b.happen('push', { data: null })
  await b.happen('pushsubscriptionchange', {})
  expect(b.shown.map(({ tag }) => tag)).toEqual(['unreadable', 'unreadable', 'unreadable', 'unsubscribed'])
})
