import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { InjectOptions } from 'fastify'
import { onTestFinished } from 'vitest'
import type { JsonObject } from '#contract/common.ts'
import type { IntegrationType } from '#contract/integrations.ts'
import type { Role, Scope } from '#contract/people.ts'
import type { CreateService } from '#contract/services.ts'
import { type App, buildApp } from '../app.ts'
import { readConfig } from '../config.ts'
import type { Deps } from '../deps.ts'
import { integrationOfType } from '../integrations/index.ts'
import { createApiKey } from '../people/api-keys.ts'
import { createAuth } from '../people/auth.ts'
import { insertUser } from '../people/store.ts'
import { connect } from '../platform/db.ts'
import { createLive } from '../platform/live.ts'
import { createLog } from '../platform/log.ts'
import { commandLinePrincipal } from '../platform/principal.ts'
import { secretBox } from '../platform/secrets.ts'
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
export async function testApp(options: { environment?: Record<string, string>; logLevel?: string } = {}) {
  const deps = await testDeps(options.environment)
  const app = await buildApp(deps)
  await app.ready()
  onTestFinished(async () => {
    await app.close()
    await deps.db.destroy()
  })
  const own = clients(app, deps)
  return {
    app,
    deps,
    db: deps.db,
    clock: deps.clock,
    logged: deps.logged,
    ...own,
    create: { ...own.create, ...builders(deps) },
    deliver: deliverer(app),
    /** Answers on a real socket from now on; returns its port. */
    listen: () => listenOn(app),
    /** Another server process on the same database, as far as one process can play two. */
    async anotherServer() {
      const otherDeps = { ...deps, db: connect(deps.databaseUrl, () => {}), live: createLive() }
      const other = await buildApp(otherDeps)
      onTestFinished(async () => {
        await other.close()
        await otherDeps.db.destroy()
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
  const log = createLog('info', { write: (line) => void logged.push(line) })
  return {
    db: connect(url, () => {}),
    clock: testClock(),
    log,
    live: createLive(),
    config,
    secrets: secretBox(config.secretKey ?? key),
    databaseUrl: url,
    /** Every line that was logged. */
    logged,
  } satisfies Deps & Record<string, unknown>
}

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

type Installed = { id: string; type: IntegrationType }
type Sent = string | Buffer | object

/** Sends a body the way its tool would; with a secret it is signed. */
const deliverer =
  (app: App) =>
  async (
    { id, type }: Installed,
    body: Sent,
    { headers = {}, secret }: { headers?: Record<string, string>; secret?: string } = {},
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
