import { type Fixture, loadFixtures } from '../../server/src/integrations/fixtures.ts'
import { integrationOfType, integrations } from '../../server/src/integrations/index.ts'
import { contentType, mangled, moreHeaders, packed, twisted } from './damage.ts'
import type { Request } from './http.ts'
import type { Random } from './random.ts'
import type { Installed, World } from './world.ts'

const fixtures = new Map(integrations.map(({ type }) => [type as string, loadFixtures(type)]))

/** A delivery of a tool with something wrong in it: in what it says, in its bytes, in its headers or its signature. */
export function webhookRequest(world: World, random: Random): Request {
  const installed = random.pick(world.integrations)
  const fixture = random.pick(fixtures.get(installed.type) ?? [])
  const { body, headers } = packed(bodyOf(fixture, random), random)
  const sent = [
    ...Object.entries(fixture.delivery.headers)
      .filter(([name]) => name !== 'content-type' && random.chance(0.9))
      .map(([name, value]) => [name, String(value)] as [string, string]),
    ...contentType(random),
    ...headers,
    ...signature(installed, body, random),
    ...addressHeader(installed),
    ...moreHeaders(random),
  ]
  return {
    route: `webhook ${installed.type}/${fixture.name}`,
    caller: installed.secret ? 'signed' : 'unsigned',
    method: random.chance(0.99)
      ? 'POST'
      : random.pick(['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE']),
    target: targetOf(installed, random),
    headers: [['Host', '127.0.0.1'], ...sent],
    body,
    chunks: random.chance(0.05) ? random.between(1, 20) : null,
  }
}

function bodyOf({ delivery }: Fixture, random: Random): Buffer {
  if (random.chance(0.05)) return delivery.rawBody
  if (random.chance(0.02)) return random.bytes(random.below(400))
  const text = delivery.rawBody.toString()
  const value = random.chance(0.75) ? twisted(parsed(text), random) : parsed(text)
  const changed = JSON.stringify(value) ?? 'null'
  return random.chance(0.3) ? mangled(changed, random) : Buffer.from(changed)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return { text }
  }
}

function signature({ type, secret }: Installed, body: Buffer, random: Random): [string, string][] {
  if (!secret || random.chance(0.1)) return []
  const signed = random.chance(0.85) ? body : Buffer.from('something else')
  const headers = Object.entries(integrationOfType(type)?.authentication.sign(signed, secret) ?? {})
  return headers.map(([name, value]) => [
    name,
    random.chance(0.95) ? value : value.slice(0, random.below(64)),
  ])
}

const usesKey = ({ type, ref }: Installed) => type === 'events' && ref.charCodeAt(ref.length - 1) % 2 === 0

const addressHeader = (installed: Installed): [string, string][] =>
  usesKey(installed) ? [['Authorization', `Token token=${installed.address}`]] : []

function targetOf(installed: Installed, random: Random): string {
  if (usesKey(installed)) return '/api/events'
  const address = random.chance(0.97)
    ? installed.address
    : random.pick(['', 'x', '%00', '%ff', 'x'.repeat(9_000), `${installed.address}a`, `a&integrationId=b`])
  const type = random.chance(0.99)
    ? installed.type
    : random.pick(['events', 'sentry', '__proto__', '%2e%2e', 'x'])
  return `/api/integrations/${type}?integrationId=${address}`
}
