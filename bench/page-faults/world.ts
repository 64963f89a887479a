import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { buildApp } from '../../server/src/app.ts'
import type { Deps } from '../../server/src/deps.ts'
import { createPolicy } from '../../server/src/escalations/policy-commands.ts'
import { insertUser } from '../../server/src/people/store.ts'
import { commandLinePrincipal } from '../../server/src/platform/principal.ts'
import { openRuntime } from '../../server/src/runtime.ts'
import { createService } from '../../server/src/services/commands.ts'
import { createIntegration } from '../../server/src/services/integration-commands.ts'
import { type TestClock, testClock } from '../../server/src/testing/clock.ts'
import { addContactMethod } from '../../server/src/testing/reachable.ts'

/** What the provider was given. */
export type Arrival = { to: string; key: string }

/** A provider that takes everything and keeps what it got. */
export type Provider = {
  url: string
  arrivals: Arrival[]
  /** Called with each message before it is answered; those to others wait meanwhile. */
  onArrival: (count: number) => void
}

/** A server on a database of its own, whose time the rounds move, and a provider. */
export type World = {
  deps: Deps & { clock: TestClock }
  provider: Provider
  /** For processes on the same database. */
  environment: Record<string, string>
  /** Sends an alert to an integration of the Events API; the id of its incident. */
  trigger(key: string, problem: string): Promise<string>
}

export async function openWorld(databaseUrl: string, parts: AsyncDisposableStack): Promise<World> {
  const provider = await startProvider(parts)
  const environment = {
    DATABASE_URL: databaseUrl,
    OPSKNIGHT_SECRET_KEY: randomBytes(32).toString('base64'),
    OPSKNIGHT_URL: 'http://opsknight.test',
    SMS_GATEWAY_URL: provider.url,
    LOG_LEVEL: 'silent',
  }
  const runtime = await openRuntime(environment, { owner: 'command' })
  parts.defer(() => runtime.close())
  const deps = { ...runtime.deps, clock: testClock(new Date().toISOString()) }
  const app = await buildApp(deps)
  await app.ready()
  parts.defer(() => app.close())
  return {
    deps,
    provider,
    environment,
    async trigger(key, problem) {
      const answer = await app.inject({
        method: 'POST',
        url: '/api/events',
        headers: { authorization: `Token token=${key}` },
        payload: {
          event_action: 'trigger',
          dedup_key: problem,
          payload: { summary: problem, source: 'faults', severity: 'critical' },
        },
      })
      const id = answer.json().result?.incident?.id
      if (typeof id !== 'string')
        throw new Error(`An alert was answered ${answer.statusCode}: ${answer.body}`)
      return id
    },
  }
}

async function startProvider(parts: AsyncDisposableStack): Promise<Provider> {
  const provider: Provider = { url: '', arrivals: [], onArrival: () => {} }
  const server = createServer(async (request, response) => {
    const { to, key } = JSON.parse(await text(request)) as Arrival
    provider.arrivals.push({ to, key })
    provider.onArrival(provider.arrivals.length)
    response.end('ok')
  })
  const listening = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', listening.resolve)
  await listening.promise
  parts.defer(() => {
    server.closeAllConnections()
    return new Promise<void>((closed) => server.close(() => closed()))
  })
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return provider
}

/** Of each person two numbers, and of the policy two steps, each about somebody else. */
export const PAGES_PER_INCIDENT = 4

let hired = 0

/** A service with people of its own, so that rounds do not meet. Returns the key of its integration. */
export async function openService({ deps }: World): Promise<string> {
  const name = `Round ${hired}`
  const steps = []
  for (const person of ['Ana', 'Bo']) {
    hired += 1
    const given = { name: person, email: `${person}-${hired}@example.com`, role: 'responder' as const }
    const user = await deps.db.transaction().execute((trx) => insertUser(trx, given, deps.clock.now()))
    for (const line of [1, 2])
      await addContactMethod({ deps }, user, {
        channel: 'sms',
        address: `+1500${String(hired * 10 + line).padStart(7, '0')}`,
        rules: { high: 0 },
      })
    steps.push({ waitMinutes: 0, targets: [{ type: 'user' as const, id: user.id }] })
  }
  const policy = await createPolicy(deps, commandLinePrincipal, { name, repeat: 0, steps })
  const service = await createService(deps, commandLinePrincipal, { name, escalationPolicyId: policy.id })
  const settings = { newIncidentsPerMinute: null, storedBodiesPerMinute: null }
  const made = await createIntegration(deps, commandLinePrincipal, service.id, { type: 'events', settings })
  return made.address
}
