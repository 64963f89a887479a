import { z } from 'zod'
import { settingsOfType } from '../../contract/src/integrations.ts'
import { contentType, mangled, moreHeaders, packed, twisted } from './damage.ts'
import type { Request } from './http.ts'
import type { Random } from './random.ts'
import { type JsonSchema, type Known, valueFor } from './schema.ts'
import type { Caller, World } from './world.ts'

/** One operation of the REST API, as the running server describes it. */
export type Operation = { method: string; path: string; query: Parameter[]; body: JsonSchema | null }
type Parameter = { name: string; schema: JsonSchema }

type OpenApi = {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: { in: string; name: string; schema: JsonSchema }[]
        requestBody?: { content: Record<string, { schema: JsonSchema }> }
      }
    >
  >
}

/** Everything under /api/v1; new routes are there by themselves. */
export function operationsOf({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    path.startsWith('/api/v1/')
      ? Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
          method: method.toUpperCase(),
          path,
          query: parameters.filter((one) => one.in === 'query'),
          body: Object.values(requestBody?.content ?? {})[0]?.schema ?? null,
        }))
      : [],
  )
}

const OTHER_PLACES = [
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/api/docs',
  '/api/openapi.json',
  '/assets/x.js',
  '/incidents/1',
  '/api/v1',
  '/api/v2/x',
  '/../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/api/docs/static/../../x',
  '//evil.example/',
  '/api/integrations/sentry',
]

/** A request for something else than the API, or in another way. */
export function otherRequest(random: Random): Request {
  const method = random.pick(['GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE'])
  return {
    route: 'elsewhere',
    caller: 'nobody',
    method,
    target: random.pick(OTHER_PLACES) + (random.chance(0.2) ? `?${random.word()}=%` : ''),
    headers: [
      ['Host', '127.0.0.1'],
      ['Accept', random.pick(['text/html', '*/*', 'application/json'])],
      ...moreHeaders(random),
    ],
    body: method === 'POST' ? random.bytes(random.below(50)) : null,
    chunks: null,
  }
}

/** A request to the REST API with something wrong in it, mostly. */
export function apiRequest(operations: readonly Operation[], world: World, random: Random): Request {
  const operation = random.pick(operations)
  const caller = random.chance(0.4) ? adminOf(world) : random.pick(world.callers)
  const known = knownIn(world, random)
  const { body, headers } = bodyOf(operation, known, random)
  const method = methodOf(operation, random)
  return {
    route: `${operation.method} ${operation.path}`,
    caller: caller.name,
    method,
    target: targetOf(operation, world, known, random),
    headers: [
      ['Host', '127.0.0.1'],
      ['X-Forwarded-For', `10.0.${random.below(2)}.${random.below(250)}`],
      ...caller.headers,
      ...headers,
      ...moreHeaders(random),
    ],
    body: method === 'HEAD' ? null : body,
    chunks: random.chance(0.03) ? random.between(1, 5) : null,
  }
}

const adminOf = ({ callers }: World) => callers.find(({ name }) => name === 'admin') as Caller

function methodOf({ method }: Operation, random: Random): string {
  if (random.chance(0.97)) return method
  return random.pick(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])
}

const settings = Object.values(settingsOfType).map(
  (schema) => z.toJSONSchema(schema, { io: 'input' }) as JsonSchema,
)

/** What is there, by the name of the field that asks for it. */
const knownIn =
  (world: World, random: Random): Known =>
  (field) => {
    const kind = KINDS[field]
    if (kind) return world.idOf(random.pick([kind].flat()), random)
    const written = WRITTEN[field]
    if (written) return random.pick(written)
    if (field === 'settings') return valueFor(random.pick(settings), random, () => undefined)
    return undefined
  }

/** What has a form that no schema tells, as people write it. */
const WRITTEN: Record<string, readonly string[]> = {
  timeZone: ['Europe/Berlin', 'Australia/Lord_Howe', 'UTC', 'PST', 'Nowhere/Else'],
  address: [
    'ana@example.com',
    '+4915123456789',
    'U0123ABCDEF',
    '123456789',
    // Nothing is ever sent to private addresses.
    'http://[::1]:1/hooks/made-up-1',
    'https://10.0.0.1/made-up-topic',
  ],
  code: ['000000', '123456', '12 34-56'],
}

const KINDS: Record<string, string | readonly string[]> = {
  id: ['incidents', 'users', 'schedules', 'teams'],
  member: 'users',
  serviceId: 'services',
  incidentId: 'incidents',
  userId: 'users',
  integrationId: 'integrations',
  cursor: 'cursors',
  scheduleId: 'schedules',
  contactMethodId: 'contact-methods',
  escalationPolicyId: 'escalation-policies',
  fromUserId: 'users',
  toUserId: 'users',
  replaces: 'users',
}

function targetOf({ path, query }: Operation, world: World, known: Known, random: Random): string {
  const kind = path.split('/')[3] ?? ''
  const filled = path.replaceAll(/\{(\w+)\}/g, () => pathValue(kind, world, random))
  const given = query
    .filter(() => random.chance(0.4))
    .flatMap(({ name, schema }) => {
      const value = valueFor(schema, random, known, name)
      return (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const)
    })
  const pairs = given.map(([name, value]) => `${name}=${inTarget(textOf(value))}`)
  if (random.chance(0.04)) pairs.push(random.pick(ODD_QUERIES))
  return pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)) ?? ''

/** As it may stand in an address; what is too long for one is somebody else's case. */
const inTarget = (text: string) => encodeURIComponent(text.toWellFormed()).slice(0, 12_000)

const ODD_QUERIES = [
  '',
  '%',
  '%ff',
  'limit=1&limit=2',
  'limit[]=1',
  'limit[a]=1',
  'cursor=%00',
  '__proto__=1',
  'a=b'.repeat(2_000),
  'status=open&'.repeat(300),
  'q=%ED%A0%80',
  'q=%C0%80',
  '=',
  '&&&',
  'limit=1e9',
]
const ODD_IDS = [
  '0',
  '-1',
  '1',
  '99999999999999999999',
  '1e5',
  '%00',
  '%ff',
  '..',
  '%2e%2e',
  'null',
  '00000000-0000-0000-0000-000000000000',
  '__proto__',
  "'",
  '%27%20or%201=1',
  'x'.repeat(250),
  'x'.repeat(400),
  '%20',
  '%F0%9F%92%A5',
  '9223372036854775808',
  '2147483648',
  'counts',
  '',
]

function pathValue(kind: string, world: World, random: Random): string {
  const real = world.idOf(kind, random)
  if (real !== undefined && random.chance(0.85)) return inTarget(real)
  const other = world.idOf(random.pick(['services', 'incidents', 'users', 'integrations', 'cursors']), random)
  return other !== undefined && random.chance(0.3) ? inTarget(other) : random.pick(ODD_IDS)
}

function bodyOf({ body: schema, method }: Operation, known: Known, random: Random) {
  if (!schema && random.chance(method === 'GET' ? 0.98 : 0.8)) return { body: null, headers: [] }
  const value = valueFor(schema ?? { type: 'object' }, random, known)
  const text = JSON.stringify(random.chance(0.25) ? twisted(value, random) : value) ?? 'null'
  const bytes = random.chance(0.12) ? mangled(text, random) : Buffer.from(text)
  const { body, headers } = packed(bytes, random)
  return { body, headers: [...contentType(random), ...headers] }
}
