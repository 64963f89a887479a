import { createHmac } from 'node:crypto'
import { UI_PATHS } from '../../server/src/sentry-ui/schema.ts'
import { contentType, mangled, moreHeaders, packed, twisted } from './damage.ts'
import type { Request } from './http.ts'
import type { Random } from './random.ts'
import type { Connected, World } from './world.ts'

/** What Sentry asks and tells while somebody fills in one of its forms, with something wrong in it, mostly. */
export function formRequest(world: World, random: Random): Request {
  const asks = random.chance(0.4)
  const path = asks
    ? random.pick([UI_PATHS.services, UI_PATHS.incidents])
    : random.pick([UI_PATHS.create, UI_PATHS.link, UI_PATHS.alertRule])
  const { body, headers } = asks ? { body: null, headers: [] } : packed(bodyOf(path, world, random), random)
  return {
    route: `form ${path}`,
    caller: 'form',
    method: random.chance(0.98) ? (asks ? 'GET' : 'POST') : random.pick(['PUT', 'DELETE', 'HEAD', 'OPTIONS']),
    target: asks ? `${path}?${queryOf(world.connected, random)}` : path,
    headers: [
      ['Host', '127.0.0.1'],
      ...contentType(random),
      ...headers,
      ...signature(world.connected, body ?? Buffer.alloc(0), random),
      ...moreHeaders(random),
    ],
    body,
    chunks: body && random.chance(0.05) ? random.between(1, 5) : null,
  }
}

const installationOf = ({ installationId }: Connected, random: Random) =>
  random.chance(0.95) ? installationId : random.pick(['', 'x', '__proto__', installationId.slice(1)])

function queryOf(connected: Connected, random: Random): string {
  const typed = random.chance(0.5) ? `&query=${encodeURIComponent(random.pick(TYPED))}` : ''
  const odd = random.chance(0.05)
    ? random.pick(['&query=%', '&query=%ff', '&query=a&query=b', '&query[]=a'])
    : ''
  return `installationId=${encodeURIComponent(installationOf(connected, random))}&projectSlug=checkout${typed}${odd}`
}

const TYPED = ['a', '%', '_', '\\', "'", '#1', '\u0000', '🔥', '-', '9'.repeat(40), 'x'.repeat(3_000)]

function bodyOf(path: string, world: World, random: Random): Buffer {
  const service = world.idOf('services', random) ?? 'gone'
  const incident = world.idOf('incidents', random) ?? '1'
  const page = random.pick(['yes', 'no'])
  const severity = random.pick(['critical', 'error', 'warning', 'info', '', null])
  const fields = { title: 'Broken', description: 'It broke', service, incident, page, severity }
  const value = {
    fields:
      path === UI_PATHS.alertRule
        ? Object.entries(fields).map(([name, given]) => ({ name, value: given }))
        : fields,
    issueId: 4_000_000 + random.below(200),
    installationId: installationOf(world.connected, random),
    webUrl: 'https://acme.sentry.example/issues/1/',
    project: { id: 5, slug: 'checkout' },
    actor: { type: 'user', id: 11, name: 'Zoë Example' },
  }
  const text = JSON.stringify(random.chance(0.6) ? twisted(value, random) : value) ?? 'null'
  return random.chance(0.15) ? mangled(text, random) : Buffer.from(text)
}

function signature({ secret }: Connected, body: Buffer, random: Random): [string, string][] {
  if (random.chance(0.05)) return []
  const signed = random.chance(0.95) ? body : Buffer.from('something else')
  return [['Sentry-App-Signature', createHmac('sha256', secret).update(signed).digest('hex')]]
}
