import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { InjectOptions } from 'fastify'
import { onTestFinished } from 'vitest'
import type { JsonObject, Severity } from '#contract/common.ts'
import type { IntegrationType } from '#contract/integrations.ts'
import type { Role, Scope } from '#contract/people.ts'
import type { CreateService } from '#contract/services.ts'
import { type App, type AppOptions, buildApp } from '../app.ts'
import { readConfig } from '../config.ts'
import type { Deps } from '../deps.ts'
import { runDueEscalations } from '../escalations/engine.ts'
import { wakeDueIncidents } from '../incidents/commands.ts'
import { resolveStillStorms } from '../incidents/still-storms.ts'
import { integrationOfType } from '../integrations/index.ts'
import { sendDuePages } from '../notifications/send-due.ts'
import { createApiKey } from '../people/api-keys.ts'
import { createAuth } from '../people/auth.ts'
import { insertUser } from '../people/store.ts'
import { connect } from '../platform/db.ts'
import type { Journal } from '../platform/journal.ts'
import { createLive } from '../platform/live.ts'
import { createLog } from '../platform/log.ts'

import { createMetrics, type Metrics } from '../platform/metrics/index.ts'
import { openPipeline } from '../platform/pipeline.ts'

import { commandLinePrincipal } from '../platform/principal.ts'
import { secretBox } from '../platform/secrets.ts'
import { enrichDueIncidents } from '../sentry-sync/enrich.ts'
import { syncDueIssues } from '../sentry-sync/work.ts'
import { createService } from '../services/commands.ts'
import { createIntegration } from '../services/integration-commands.ts'
import { setSigningSecret } from '../services/signing-secrets.ts'
import { testClock } from './clock.ts'
import { createTestDatabase } from './database.ts'

export type Answer = {
  status: number
  headers: Record<string, string | string[] | number | undefined>
  text: string
  /** The JSON of the answer; typed loosely, as tests compare it whole or in parts. */
  body: ReturnType<typeof JSON.parse>
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Client = {
  get(url: string): Promise<Answer>
  post(url: string, body?: unknown): Promise<Answer>
  put(url: string, body?: unknown): Promise<Answer>
  patch(url: string, body?: unknown): Promise<Answer>
  delete(url: string): Promise<Answer>
  call(method: Method, url: string, body?: unknown): Promise<Answer>
}

export const PUBLIC_URL = 'http://opsknight.test'

export type TestApp = Awaited<ReturnType<typeof testApp>>

/** The whole server on its own database, with time in the test's hands. */
export async function testApp({
  environment,
  databaseUrl,
  ...options
}: { environment?: Record<string, string>; databaseUrl?: string } & AppOptions = {}) {
  const deps = await testDeps(environment, databaseUrl)
  const app = await buildApp(deps, { ...options, shedding: { ...NEVER_LATE, ...options.shedding } })
  await app.ready()
  onTestFinished(async () => {
    await app.close()
    await disconnect(deps)
  })
  const own = clients(app, deps)
  return {
    app,
    deps,
    db: deps.db,
    clock: deps.clock,
    logged: deps.logged,
    ...own,
    create: { ...own.create, ...builders(deps), incident: opener(app, deps) },
    deliver: deliverer(app),
    /** One turn of the worker: what is due now is done now. */
    async runWorker() {
      while (await wakeDueIncidents(deps, deps.clock.now()));
      while (await runDueEscalations(deps, deps.clock.now()));
      await resolveStillStorms(deps, deps.clock.now())
      await sendDuePages(deps, deps.clock.now())
      while (await syncDueIssues(deps, deps.clock.now()));
      while (await enrichDueIncidents(deps, deps.clock.now()));
    },
    /** Answers on a real socket from now on; returns its port. */
    listen: () => listenOn(app),
    /** Another server process on the same database, as far as one process can play two. */
    async anotherServer({
      journal = null,
      databaseUrl = deps.databaseUrl,
      metrics = createMetrics(deps.clock),
    }: {
      journal?: Journal | null
      databaseUrl?: string
      metrics?: Metrics
    } = {}) {
      const otherDeps = { ...deps, ...connections(databaseUrl, metrics), metrics, live: createLive() }
      const other = await buildApp(otherDeps, { journal, shedding: NEVER_LATE })
      await other.ready()
      onTestFinished(async () => {
        await other.close()
        await disconnect(otherDeps)
      })
      return {
        app: other,
        deps: otherDeps,
        deliver: deliverer(other),
        listen: () => listenOn(other),
        ...clients(other, otherDeps),
      }
    },
  }
}

/** Tests run beside others, and what they measure is not how busy the machine is. */
const NEVER_LATE = { delayMs: Number.POSITIVE_INFINITY }

async function listenOn(app: App): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

/** What a server needs from outside, for tests that start more than one on the same database. */
export async function testDeps(environment: Record<string, string> = {}, databaseUrl?: string) {
  const url = databaseUrl ?? (await createTestDatabase())
  const key = randomBytes(32)
  const config = readConfig({
    OPSKNIGHT_URL: PUBLIC_URL,
    OPSKNIGHT_SECRET_KEY: key.toString('base64'),
    ...environment,
  })
  const logged: string[] = []
  const log = createLog(config.logLevel, { write: (line) => void logged.push(line) })
  const clock = testClock()
  const metrics = createMetrics(clock)
  return {
    ...connections(url, metrics),
    clock,
    log,
    live: createLive(),
    metrics,
    config,
    secrets: secretBox(config.secretKey ?? key),
    databaseUrl: url,
    /** Every line that was logged. */
    logged,
  } satisfies Deps & Record<string, unknown>
}

/** People share a pool with the rest, as many tests are many connections. */
function connections(url: string, metrics: Metrics) {
  const db = connect(url, () => {}, { metrics })
  return { db, peopleDb: db, pipeline: openPipeline(url, () => {}, metrics) }
}

const disconnect = ({ db, pipeline }: Pick<Deps, 'db' | 'pipeline'>) =>
  Promise.all([db.destroy(), pipeline.destroy()])

function clients(app: App, deps: Deps) {
  const auth = createAuth(deps)

  const client = (headers: Record<string, string>): Client => {
    const call = async (method: Method, url: string, body?: unknown): Promise<Answer> => {
      const request: InjectOptions = { method, url, headers: { host: new URL(PUBLIC_URL).host, ...headers } }
      return answerOf(
        await app.inject(body === undefined ? request : { ...request, payload: body as object }),
      )
    }
    return {
      call,
      get: (url) => call('GET', url),
      post: (url, body) => call('POST', url, body),
      put: (url, body) => call('PUT', url, body),
      patch: (url, body) => call('PATCH', url, body),
      delete: (url) => call('DELETE', url),
    }
  }

  const user = async ({ role = 'responder', name = 'Ana Example' }: { role?: Role; name?: string } = {}) => {
    const email = `${randomBytes(6).toString('hex')}@example.com`
    const now = deps.clock.now()
    return deps.db.transaction().execute((trx) => insertUser(trx, { name, email, role }, now))
  }

  /** Somebody who is signed in, in a browser. */
  const as = async ({ id }: { id: string }): Promise<Client> => {
    const cookies = await auth.startSession(id, { ip: '127.0.0.1', userAgent: 'test' })
    const cookie = cookies.map((line) => line.split(';')[0]).join('; ')
    return client({ cookie, origin: PUBLIC_URL })
  }

  return {
    create: {
      user,
      apiKey: async (...scopes: Scope[]): Promise<string> =>
        (await createApiKey(deps, commandLinePrincipal, { name: 'test', scopes })).key,
    },
    as,
    /** Signs a new person of this role in. */
    asRole: async (role: Role, name?: string) => as(await user(name ? { role, name } : { role })),
    withKey: (key: string): Client => client({ authorization: `Bearer ${key}` }),
    /** Nobody: no session, no key. */
    nobody: client({}),
    client,
  }
}

type OnService = Installed & { ref: string; serviceId: string }
type Installed = { id: string; type: IntegrationType }
type Sent = string | Buffer | object

/** Sends a body the way its tool would, from an address of the test's choice; with a secret it is signed. */
const deliverer =
  (app: App) =>
  async (
    { id, type }: Installed,
    body: Sent,
    { headers = {}, secret, from }: { headers?: Record<string, string>; secret?: string; from?: string } = {},
  ): Promise<Answer> => {
    const payload =
      typeof body === 'string' || Buffer.isBuffer(body)
        ? Buffer.from(body)
        : Buffer.from(JSON.stringify(body))
    const signature = secret ? integrationOfType(type)?.authentication.sign(payload, secret) : {}
    return answerOf(
      await app.inject({
        method: 'POST',
        url: `/api/integrations/${type}?integrationId=${id}`,
        headers: { 'content-type': 'application/json', ...signature, ...headers },
        payload,
        ...(from ? { remoteAddress: from } : {}),
      }),
    )
  }

/** Through the same commands that an administrator uses. */
function builders(deps: Deps) {
  const service = ({
    name = `Checkout ${randomBytes(4).toString('hex')}`,
    ...given
  }: Partial<CreateService> = {}) => createService(deps, commandLinePrincipal, { name, ...given })

  const integration = async (
    settings: JsonObject = {},
    {
      type = 'sentry',
      secret,
      serviceId,
    }: { type?: IntegrationType; secret?: string; serviceId?: string } = {},
  ) => {
    const on = serviceId ?? (await service()).id
    const made = await createIntegration(deps, commandLinePrincipal, on, { type, settings })
    if (secret) await setSigningSecret(deps, commandLinePrincipal, made.id, { secret })
    return { id: made.address, ref: made.id, type, serviceId: on }
  }
  return { service, integration }
}

/** What a program says about a problem; the service is a new one unless an integration of type `events` is given. */
type Report = {
  on?: OnService
  dedupKey?: string
  title?: string
  source?: string
  severity?: Severity
  details?: JsonObject
}

/** Through the same door a real alert uses, so that the incident has its timeline and its page due. */
function opener(app: App, deps: Deps) {
  const { integration } = builders(deps)
  return async ({
    on,
    dedupKey = randomBytes(8).toString('hex'),
    title = 'Checkout is down',
    source = 'checkout-1',
    severity = 'error',
    details = {},
  }: Report = {}) => {
    const installed = on ?? (await integration(NO_LIMITS, { type: 'events' }))
    const payload = { summary: title, source, severity, custom_details: details }
    const answer = await deliverer(app)(installed, { event_action: 'trigger', dedup_key: dedupKey, payload })
    const incident = answer.body.result?.incident
    if (!incident) throw new Error(`The report opened nothing: ${answer.text}`)
    const { id, number } = incident as { id: string; number: number }
    return { id, number, dedupKey, integration: installed, serviceId: installed.serviceId }
  }
}

/** So that a test's own alerts are no storm. */
export const NO_LIMITS = { newIncidentsPerMinute: null, storedBodiesPerMinute: null }

type Injected = Awaited<ReturnType<App['inject']>>

export function answerOf(response: Injected): Answer {
  const isJson = String(response.headers['content-type'] ?? '').includes('json')
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    body: isJson ? response.json() : undefined,
  }
}
