import type { IncomingHttpHeaders } from 'node:http'
import { sql } from 'kysely'
import type { Deps } from '../deps.ts'
import { hmacSha256 } from '../integrations/authentication.ts'
import { AppError } from '../platform/errors.ts'
import type { Directory, InstalledIntegration } from '../services/directory.ts'

/** The integration whose Sentry has sent a request. */
export type Tenant = { installed: InstalledIntegration; address: string }

/** What vouches for a request: the installation that it names, and a signature over its bytes, of which a GET has none. */
export type Signed = { installationId: string; headers: IncomingHttpHeaders; rawBody: Buffer }

/** Sentry's source: `sentry_apps/external_requests`. */
const signature = hmacSha256('sentry-app-signature')

/** How long another process may go on with what an administrator has changed. */
const MAX_AGE_MS = 1_000
/** Checked for an installation that nobody has, so that it takes as long as a wrong signature. */
const NO_SECRET = ['no secret of anybody']

/**
 * Finds who has sent a request of Sentry's forms: Sentry drops the path of the webhook URL and with it the Integration ID, so that the
 * installation tells. All installations are read at once, and at most once a second: whoever makes some up causes no more than that.
 */
export function createTenants(deps: Pick<Deps, 'db' | 'clock' | 'live'>, directory: Directory) {
  let known: { askedAt: number; found: Promise<Map<string, string[]>> } | null = null

  function readKnown(): Promise<Map<string, string[]>> {
    const now = deps.clock.now().getTime()
    const age = known ? now - known.askedAt : Number.NaN
    if (known && age >= 0 && age < MAX_AGE_MS) return known.found
    const asked = { askedAt: now, found: readAddresses(deps.db) }
    known = asked
    asked.found.catch(() => {
      if (known === asked) known = null
    })
    return asked.found
  }

  const close = deps.live.subscribe(({ kind }) => {
    if (kind === 'configuration' || kind === 'resync') known = null
  })

  /** Throws the same, whether nobody has this installation, its integration has no secret, or the signature is wrong or missing. */
  async function demandTenant({ installationId, ...delivery }: Signed): Promise<Tenant> {
    const addresses = (await readKnown()).get(installationId) ?? []
    const candidates = await Promise.all(
      addresses.map(async (address) => ({ address, installed: await directory.find('sentry', address) })),
    )
    if (candidates.length === 0) signature.verify(delivery, NO_SECRET)
    const genuine = candidates.flatMap(({ address, installed }) => {
      const secrets = installed?.signingSecrets.length ? installed.signingSecrets : NO_SECRET
      const isSigned = signature.verify(delivery, secrets) === 'authentic'
      return installed && isSigned && secrets !== NO_SECRET ? [{ address, installed }] : []
    })
    const tenant = genuine.find(({ installed }) => installed.enabled)
    if (tenant) return tenant
    const [disabled] = genuine
    if (!disabled) throw new AppError('signature_invalid', NOT_GENUINE)
    throw new AppError(
      'integration_disabled',
      `The integration "${disabled.installed.name}" is disabled in OpsKnight. Enable it on its page there.`,
    )
  }

  return { demandTenant, close }
}

const NOT_GENUINE =
  'OpsKnight does not know this installation of Sentry, or the signature does not fit. In OpsKnight, open the integration, enter the Client Secret that Sentry shows, and check the connection.'

/** The oldest integration first, where several are connected with the same installation. */
async function readAddresses(db: Deps['db']): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ installation: string; addresses: string[] }>`
    select c.installation_uuid as installation, array_agg(i.address order by i.id) as addresses
    from sentry_connections c join integrations i on i.id = c.integration_id
    where c.installation_uuid is not null and i.deleted_at is null
    group by c.installation_uuid`.execute(db)
  return new Map(rows.map(({ installation, addresses }) => [installation, addresses]))
}
