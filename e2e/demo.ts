import { integrationOfType } from '../server/src/integrations/index.ts'
import { type HttpClient, httpClient, signedIn } from '../server/src/testing/http-client.ts'
import {
  deadlock,
  emptyCart,
  eventAlert,
  issueHook,
  loginLoop,
  oldImport,
  paymentTimeout,
  type SentryHook,
  slowSearch,
} from './demo-alerts.ts'
import { addOnCall, askForShift } from './demo-on-call.ts'
import { addWaysToBeReached } from './demo-paging.ts'
import type { Post } from './demo-post.ts'
import { connectShop, type StandingSentry } from './demo-sentry.ts'
import { calmedDown, storm } from './demo-storm.ts'

const SIGNING_SECRET = 'a7c1e95d2b8f4a60a7c1e95d2b8f4a60'
const PASSWORD = 'nine lives are not enough'

/** Where the demonstration happens. */
export type Stage = {
  url: string
  admin: HttpClient
  /** Sets the server's clock to so many minutes before the present, where that is possible, and answers that time. */
  goTo(minutesAgo: number): Date
  /** Lets the worker do what is due at that time, where it does not work by itself. */
  work?(): Promise<void>
  /** Brings the codes that prove addresses. */
  post: Post
  /** The Sentry of the shop. The server must be allowed to ask a private address. */
  sentry: StandingSentry
}

export type Demo = Awaited<ReturnType<typeof fillWithDemo>>
type Installed = { id: string; ref: string; webhookUrl: string }
type Step = { minutesAgo: number; run(at: Date): Promise<unknown> }

/** A day of a shop: services, people, and what broke, all of it through the front door. */
export async function fillWithDemo(stage: Stage) {
  stage.goTo(26 * 60)
  const dana = await addPerson(stage, 'dana@harborline.example', 'Dana Okonjo')
  const bo = await addPerson(stage, 'bo@harborline.example', 'Bo Sandvik')
  const ines = await addPerson(stage, 'ines@harborline.example', 'Ines Moreau')
  const tom = await addPerson(stage, 'tom@harborline.example', 'Tom Hale')
  const priya = await addPerson(stage, 'priya@harborline.example', 'Priya Nair')
  const places = await addServices(stage.admin)
  const crew = await whoIsWho({ ana: stage.admin, dana, bo, ines, tom, priya })
  await addWaysToBeReached(stage.admin, crew, stage.post)
  await connectShop(stage.admin, stage.sentry, places)
  const onCall = await addOnCall(stage.admin, crew, places)
  const story = [
    ...quietDay(stage, places),
    ...orderTrouble(stage, places, bo),
    ...thisNight(stage, places, dana),
    ...brokenRelease(stage, places, dana),
  ]
  for (const { minutesAgo, run } of story.toSorted((one, other) => other.minutesAgo - one.minutesAgo))
    await run(stage.goTo(minutesAgo)).then(stage.work)
  stage.goTo(2)
  const waiting = await addIntegration(stage.admin, places.mobile, 'sentry', 'Sentry')
  stage.goTo(0)
  await stage.work?.()
  await askForShift(ines, onCall.shop, crew.ana)
  const payment = await findIncident(stage.admin, 'PaymentGatewayTimeout')
  return {
    ...places,
    ...onCall,
    crew,
    waiting,
    payment,
    storm: await findIncident(stage.admin, 'Alert%20storm'),
  }
}

type Places = Awaited<ReturnType<typeof addServices>>

async function addPerson({ url, admin }: Stage, email: string, name: string): Promise<HttpClient> {
  const { body } = await admin.post('/api/v1/users', { email, name, role: 'responder' })
  const token = new URL(body.inviteUrl).searchParams.get('token')
  await httpClient(url).post('/api/v1/password-links/redeem', { token, password: PASSWORD })
  return signedIn(url, { email, password: PASSWORD })
}

async function whoIsWho<Name extends string>(people: Record<Name, HttpClient>) {
  const ids = Object.entries<HttpClient>(people).map(
    async ([name, person]) => [name, (await person.get('/api/v1/me')).body.id] as const,
  )
  return Object.fromEntries(await Promise.all(ids)) as Record<Name, string>
}

async function addIntegration(
  admin: HttpClient,
  serviceId: string,
  type: string,
  name: string,
): Promise<Installed> {
  return (await admin.post(`/api/v1/services/${serviceId}/integrations`, { type, name })).body
}

async function addServices(admin: HttpClient) {
  const service = async (name: string, description: string): Promise<string> =>
    (await admin.post('/api/v1/services', { name, description })).body.id
  const integration = (serviceId: string, type: string, name: string) =>
    addIntegration(admin, serviceId, type, name)
  const checkout = await service('Checkout', 'The cart and the way to pay, on the web')
  const orders = await service('Orders API', 'Takes orders, reserves stock')
  const search = await service('Search', 'Finds products')
  const jobs = await service('Nightly jobs', 'Backups, exports and reports')
  const mobile = await service('Mobile app', 'The shop on phones')
  const stock = await service('Stock API', 'Knows what is on the shelves')
  const sentryOfStock = await integration(stock, 'sentry', 'Sentry: stock-api')
  await admin.patch(`/api/v1/integrations/${sentryOfStock.ref}`, { settings: { newIncidentsPerMinute: 3 } })
  const sentryOfCheckout = await integration(checkout, 'sentry', 'Sentry: checkout-web')
  await admin.put(`/api/v1/integrations/${sentryOfCheckout.ref}/signing-secret`, { secret: SIGNING_SECRET })
  return {
    ...{ checkout, jobs, mobile, sentryOfCheckout, sentryOfStock },
    sentryOfOrders: await integration(orders, 'sentry', 'Sentry: orders-api'),
    sentryOfSearch: await integration(search, 'sentry', 'Sentry: search-api'),
    cron: await integration(jobs, 'events', 'Cron'),
  }
}

async function findIncident(reader: HttpClient, words: string): Promise<{ id: string; number: number }> {
  return (await reader.get(`/api/v1/incidents?q=${words}`)).body.items[0]
}

/** Sends as Sentry does, signed when there is a secret. */
async function deliver(stage: Stage, { webhookUrl }: Installed, hook: SentryHook, secret?: string) {
  const body = Buffer.from(hook.body)
  const signature = secret ? integrationOfType('sentry')?.authentication.sign(body, secret) : {}
  const { pathname, search } = new URL(webhookUrl)
  const headers = { ...hook.headers, ...signature }
  await fetch(`${stage.url}${pathname}${search}`, { method: 'POST', headers, body })
}

/** What nobody has looked at yet. */
const minorTrouble = [
  {
    ...{ minutesAgo: 1160, key: 'certificate', severity: 'info', source: 'cert-check' },
    summary: 'The certificate of images.harborline.example ends in 13 days',
  },
  {
    ...{ minutesAgo: 815, key: 'disk', severity: 'warning', source: 'backup-2' },
    summary: 'Disk /var/backups is 87 % full',
  },
  {
    ...{ minutesAgo: 430, key: 'export', severity: 'error', source: 'export-1' },
    summary: 'Export for the accountants failed after 4 of 12 files: connection reset by sftp.books.example',
  },
  {
    ...{ minutesAgo: 127, key: 'queue', severity: 'warning', source: 'queue-1' },
    summary: 'Queue "mail" holds 18,400 messages; the oldest has waited for 22 min',
  },
] as const

const ALERTS_PER_HOUR = [2, 1, 1, 0, 1, 2, 4, 5, 7, 6, 9, 7, 5, 6, 8, 6, 4, 5, 3, 2, 2, 1]

/** What comes and goes by itself: a chart of the day, and incidents that are over. */
function quietDay(stage: Stage, { sentryOfCheckout, sentryOfSearch, cron }: Places): Step[] {
  const signed = (hook: SentryHook) => deliver(stage, sentryOfCheckout, hook, SIGNING_SECRET)
  const event = (body: object) =>
    httpClient(stage.url, { authorization: `Token token=${cron.id}` }).post('/api/events', body)
  const payload = { summary: 'Backup of orders took 3 h 12 min', source: 'backup-1', severity: 'warning' }
  return [
    // Before the secret was entered in Sentry, its first tries were refused.
    ...[1330, 1327, 1309].map((minutesAgo) => ({
      minutesAgo,
      run: (at: Date) => deliver(stage, sentryOfCheckout, issueHook(emptyCart, 'created', at)),
    })),
    ...ALERTS_PER_HOUR.flatMap((count, hour) =>
      Array.from({ length: count }, (_, index) => ({
        minutesAgo: (23 - hour) * 60 - 5 - index * 6,
        run: (at: Date) => signed(eventAlert(emptyCart, at)),
      })),
    ),
    { minutesAgo: 700, run: (at) => signed(issueHook(emptyCart, 'assigned', at)) },
    { minutesAgo: 95, run: (at) => signed(issueHook(emptyCart, 'resolved', at)) },
    { minutesAgo: 610, run: (at) => deliver(stage, sentryOfSearch, eventAlert(slowSearch, at)) },
    { minutesAgo: 540, run: (at) => deliver(stage, sentryOfSearch, issueHook(slowSearch, 'resolved', at)) },
    { minutesAgo: 380, run: () => event({ event_action: 'trigger', dedup_key: 'backup', payload }) },
    { minutesAgo: 290, run: () => event({ event_action: 'resolve', dedup_key: 'backup' }) },
    ...minorTrouble.map(({ minutesAgo, key, ...minor }) => ({
      minutesAgo,
      run: () => event({ event_action: 'trigger', dedup_key: key, payload: minor }),
    })),
  ]
}

function orderTrouble(stage: Stage, { sentryOfOrders }: Places, bo: HttpClient): Step[] {
  const act = async (words: string, action: string, body?: object) =>
    bo.post(`/api/v1/incidents/${(await findIncident(bo, words)).id}/${action}`, body)
  const note =
    'Two reservations lock the same order lines in a different order. Sorting them; the fix is in review.'
  const hours = 3_600_000
  return [
    { minutesAgo: 205, run: (at) => deliver(stage, sentryOfOrders, eventAlert(oldImport, at)) },
    ...[74, 73, 71, 70, 66, 52, 31].map((minutesAgo) => ({
      minutesAgo,
      run: (at: Date) => deliver(stage, sentryOfOrders, eventAlert(deadlock, at)),
    })),
    { minutesAgo: 69, run: () => act('DeadlockDetected', 'acknowledge') },
    { minutesAgo: 61, run: () => act('DeadlockDetected', 'notes', { text: note }) },
    {
      minutesAgo: 58,
      run: () => act('ValueError', 'snooze', { until: new Date(Date.now() + 14 * hours).toISOString() }),
    },
  ]
}

/** More than people can look at one by one; somebody gives the worst of it an incident of its own. */
function brokenRelease(stage: Stage, { sentryOfStock }: Places, dana: HttpClient): Step[] {
  const send = async (hooks: SentryHook[]) => {
    for (const hook of hooks) await deliver(stage, sentryOfStock, hook)
  }
  const splitWorst = async () => {
    const { id } = await findIncident(dana, 'Alert%20storm')
    const { items } = (await dana.get(`/api/v1/incidents/${id}/folded?limit=1`)).body
    await dana.post(`/api/v1/incidents/${id}/split`, { keys: [items[0].key] })
  }
  return [
    { minutesAgo: 51, run: (at) => send(storm(at)) },
    { minutesAgo: 49, run: (at) => send(calmedDown(at)) },
    { minutesAgo: 47, run: splitWorst },
  ]
}

function thisNight(stage: Stage, places: Places, dana: HttpClient): Step[] {
  const { jobs, sentryOfCheckout, sentryOfSearch } = places
  const signed = (hook: SentryHook) => deliver(stage, sentryOfCheckout, hook, SIGNING_SECRET)
  const title = 'The sales report has no numbers for the west region'
  const note =
    'The status page of the gateway says: elevated latency in eu-west. Switching new payments to the second gateway.'
  return [
    {
      minutesAgo: 46,
      run: () => dana.post('/api/v1/incidents', { serviceId: jobs, title, severity: 'warning' }),
    },
    ...[38, 37, 33].map((minutesAgo) => ({
      minutesAgo,
      run: (at: Date) => deliver(stage, sentryOfSearch, eventAlert(slowSearch, at)),
    })),
    { minutesAgo: 22, run: (at) => signed(eventAlert(loginLoop, at)) },
    {
      minutesAgo: 17,
      run: async () =>
        dana.post(`/api/v1/incidents/${(await findIncident(dana, 'TokenRefreshError')).id}/acknowledge`),
    },
    ...Array.from({ length: 24 }, (_, index) => ({
      minutesAgo: 9 - index / 4,
      run: (at: Date) => signed(eventAlert(paymentTimeout, at)),
    })),
    {
      minutesAgo: 2,
      run: (at) => signed(issueHook(paymentTimeout, 'created', at, { events: 1204, users: 318 })),
    },
    {
      minutesAgo: 1,
      run: async () =>
        dana.post(`/api/v1/incidents/${(await findIncident(dana, 'PaymentGatewayTimeout')).id}/notes`, {
          text: note,
        }),
    },
  ]
}
