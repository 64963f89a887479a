import { randomUUID } from 'node:crypto'
import { IntegrationType } from '../../contract/src/integrations.ts'
import type { Role, Scope } from '../../contract/src/people.ts'
import { publicUrlOf } from '../../server/src/config.ts'
import type { Deps } from '../../server/src/deps.ts'
import { createApiKey } from '../../server/src/people/api-keys.ts'
import { createAuth } from '../../server/src/people/auth.ts'
import { insertUser } from '../../server/src/people/store.ts'
import { newSecret } from '../../server/src/platform/ids.ts'
import { commandLinePrincipal } from '../../server/src/platform/principal.ts'
import { connectSentry } from '../../server/src/sentry-sync/connection-commands.ts'
import { createService } from '../../server/src/services/commands.ts'
import { createIntegration } from '../../server/src/services/integration-commands.ts'
import { setSigningSecret } from '../../server/src/services/signing-secrets.ts'
import type { Answer, Request } from './http.ts'
import type { Random } from './random.ts'

/** Somebody who sends requests, in one browser or with one key. */
export type Caller = {
  name: string
  headers: [string, string][]
  mayReadAddresses: boolean
  secret: string | null
}

/** Where alerts go. */
export type Installed = {
  ref: string
  type: IntegrationType
  address: string
  secret: string | null
}

/** An integration whose Sentry has forms. */
export type Connected = { installationId: string; secret: string; token: string }

/** What the requests are about: who sends them, where to, and the ids that answers have named. */
export type World = {
  callers: Caller[]
  integrations: Installed[]
  connected: Connected
  /** An id of this kind (`services`, `incidents`, …) that was there a moment ago. */
  idOf(kind: string, random: Random): string | undefined
  learn(request: Request, answer: Answer, random: Random): void
  /** Makes anew what the requests have deleted, disabled or changed. */
  repair(): Promise<void>
  /** What no answer may hold, unless the request did. */
  secrets(): Promise<string[]>
}

const ROLES: Role[] = ['admin', 'responder', 'viewer']
const SCOPES: Scope[] = ['admin', 'write', 'read', 'events']
const READS_ADDRESSES = new Set<string>(['admin', 'responder', 'write'])
const KEPT_IDS = 300

type Made<Thing> = { thing: Thing; isThere(): Promise<boolean>; make(): Promise<Made<Thing>> }

export async function createWorld(deps: Deps): Promise<World> {
  const people = await Promise.all(ROLES.map((role) => makePerson(deps, role)))
  const keys = await Promise.all(SCOPES.map((scope) => makeKey(deps, scope)))
  const integrations = await Promise.all(
    IntegrationType.options.flatMap((type) => [
      makeIntegration(deps, type, null),
      ...(type === 'events' ? [] : [makeIntegration(deps, type, `signing secret ${newSecret()}`)]),
    ]),
  )
  const connected = [await makeConnected(deps)]
  const nobody: Caller = { name: 'nobody', headers: [], mayReadAddresses: false, secret: null }
  const ids = new Map<string, string[]>()

  return {
    get callers() {
      return [nobody, ...[...people, ...keys].map(({ thing }) => thing)]
    },
    get integrations() {
      return integrations.map(({ thing }) => thing)
    },
    get connected() {
      return connected[0]!.thing
    },
    idOf(kind, random) {
      const known = ids.get(kind)
      return known && known.length > 0 ? random.pick(known) : undefined
    },
    learn(request, answer, random) {
      const isOfApi = request.target.startsWith('/api/v1/') && answer.status < 300
      const cursor = isOfApi && /"nextCursor":"([^"]+)"/.exec(answer.text)?.[1]
      if (!cursor) return
      const cursors = ids.get('cursors') ?? []
      ids.set('cursors', cursors)
      cursors[cursors.length < KEPT_IDS ? cursors.length : random.below(KEPT_IDS)] = cursor
    },
    async repair() {
      for (const list of [people, keys, integrations, connected] as Made<unknown>[][]) {
        for (const [index, made] of list.entries())
          if (!(await made.isThere())) list[index] = await made.make()
      }
      for (const [kind, table] of TABLES) ids.set(kind, await newestIds(deps, table))
    },
    secrets: () => readSecrets(deps, [...people, ...keys], integrations, connected),
  }
}

const TABLES = [
  ['services', 'services'],
  ['integrations', 'integrations'],
  ['incidents', 'incidents'],
  ['deliveries', 'deliveries'],
  ['users', 'users'],
  ['api-keys', 'api_keys'],
  ['maintenance-windows', 'maintenance_windows'],
  ['contact-methods', 'contact_methods'],
  ['teams', 'teams'],
  ['schedules', 'schedules'],
  ['swaps', 'shift_swaps'],
  ['escalation-policies', 'escalation_policies'],
] as const

async function newestIds({ db }: Deps, table: (typeof TABLES)[number][1]): Promise<string[]> {
  const rows = await db.selectFrom(table).select('id').orderBy('id', 'desc').limit(KEPT_IDS).execute()
  return rows.map(({ id }) => id)
}

async function makePerson(deps: Deps, role: Role): Promise<Made<Caller>> {
  const email = `${role}-${Math.random().toString(36).slice(2)}@example.com`
  const user = await deps.db
    .transaction()
    .execute((trx) => insertUser(trx, { name: `Some ${role}`, email, role }, deps.clock.now()))
  const cookies = await createAuth(deps).startSession(user.id, { ip: '127.0.0.1', userAgent: 'fuzz' })
  const cookie = cookies.map((line) => line.split(';')[0]).join('; ')
  const headers: [string, string][] = [
    ['Cookie', cookie],
    ['Origin', publicUrlOf(deps.config)],
  ]
  return {
    thing: {
      name: role,
      headers,
      mayReadAddresses: READS_ADDRESSES.has(role),
      secret: cookie.split('=')[1] ?? null,
    },
    async isThere() {
      const row = await deps.db
        .selectFrom('users')
        .innerJoin('sessions', 'sessions.user_id', 'users.id')
        .select(['users.role', 'users.disabled_at'])
        .where('users.id', '=', user.id)
        .executeTakeFirst()
      return row?.role === role && row.disabled_at === null
    },
    make: () => makePerson(deps, role),
  }
}

async function makeKey(deps: Deps, scope: Scope): Promise<Made<Caller>> {
  const { apiKey, key } = await createApiKey(deps, commandLinePrincipal, {
    name: `fuzz ${scope}`,
    scopes: [scope],
  })
  return {
    thing: {
      name: `key:${scope}`,
      headers: [['Authorization', `Bearer ${key}`]],
      mayReadAddresses: READS_ADDRESSES.has(scope),
      secret: key,
    },
    async isThere() {
      return Boolean(
        await deps.db.selectFrom('api_keys').select('id').where('id', '=', apiKey.id).executeTakeFirst(),
      )
    },
    make: () => makeKey(deps, scope),
  }
}

async function makeIntegration(
  deps: Deps,
  type: IntegrationType,
  secret: string | null,
): Promise<Made<Installed>> {
  const name = `${type} ${Math.random().toString(36).slice(2)}`
  const { id: serviceId } = await createService(deps, commandLinePrincipal, { name })
  const settings = { newIncidentsPerMinute: null }
  const { id, address } = await createIntegration(deps, commandLinePrincipal, serviceId, { type, settings })
  if (secret) await setSigningSecret(deps, commandLinePrincipal, id, { secret })
  const read = () =>
    deps.db
      .selectFrom('integrations')
      .innerJoin('services', 'services.id', 'integrations.service_id')
      .select(['integrations.address', 'integrations.enabled', 'integrations.signing_secret'])
      .where('integrations.id', '=', id)
      .where('integrations.deleted_at', 'is', null)
      .where('services.deleted_at', 'is', null)
      .executeTakeFirst()
  const before = JSON.stringify(await read())
  return {
    thing: { ref: id, type, address, secret },
    isThere: async () => JSON.stringify(await read()) === before,
    make: () => makeIntegration(deps, type, secret),
  }
}

/** Its Sentry is at a private address, to which nothing is sent. */
async function makeConnected(deps: Deps): Promise<Made<Connected>> {
  const secret = `client secret ${newSecret()}`
  const { thing } = await makeIntegration(deps, 'sentry', secret)
  const connected = { installationId: randomUUID(), secret, token: newSecret() }
  const { installationId, token } = connected
  const way = { url: 'http://127.0.0.1:9', organization: 'acme', token }
  await connectSentry(deps, commandLinePrincipal, thing.ref, way)
  await deps.db
    .updateTable('sentry_connections')
    .set({ installation_uuid: installationId })
    .where('integration_id', '=', thing.ref)
    .execute()
  const read = () =>
    deps.db
      .selectFrom('integrations')
      .innerJoin('sentry_connections', 'sentry_connections.integration_id', 'integrations.id')
      .select(['integrations.enabled', 'integrations.signing_secret', 'sentry_connections.installation_uuid'])
      .where('integrations.id', '=', thing.ref)
      .where('integrations.deleted_at', 'is', null)
      .executeTakeFirst()
  const before = JSON.stringify(await read())
  return {
    thing: connected,
    isThere: async () => JSON.stringify(await read()) === before,
    make: () => makeConnected(deps),
  }
}

async function readSecrets(
  { db, config }: Deps,
  callers: Made<Caller>[],
  integrations: Made<Installed>[],
  connected: Made<Connected>[],
): Promise<string[]> {
  const hashes = await db.selectFrom('api_keys').select('key_hash').limit(50).execute()
  const passwords = await db.selectFrom('accounts').select('password').limit(50).execute()
  return [
    ...callers.map(({ thing }) => thing.secret),
    ...integrations.map(({ thing }) => thing.secret),
    ...connected.flatMap(({ thing }) => [thing.secret, thing.token]),
    ...hashes.map(({ key_hash }) => key_hash.toString('hex')),
    ...passwords.map(({ password }) => password),
    config.secretKey?.toString('base64') ?? null,
  ].filter((secret): secret is string => Boolean(secret) && String(secret).length > 7)
}
