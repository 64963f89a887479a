import { sql } from 'kysely'
import type { Deps } from '../deps.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import type { Trx } from '../platform/db.ts'
import { newId, newSecret } from '../platform/ids.ts'
import { openOrNull } from '../platform/secrets.ts'
import type { Integration } from './integration-model.ts'

/** The integration to which OpsKnight delivers itself. Nobody sees it, and no API call reaches it. */
export type SystemIntegration = { type: 'sentry'; address: string; secret: string }

type Needs = Pick<Deps, 'db' | 'live' | 'clock' | 'secrets'>

/** Makes it when it is not there yet, and gives it another secret when its own was sealed with a key that is gone. */
export async function ensureSystemIntegration(deps: Needs): Promise<SystemIntegration> {
  const present = await find(deps.db)
  const secret = secretOf(deps, present)
  if (present && secret !== null) return { type: 'sentry', address: present.address, secret }
  return changeConfiguration(deps, (trx) => makeOrMend(deps, trx))
}

const find = (db: Deps['db']): Promise<Integration | undefined> =>
  db.selectFrom('integrations').selectAll().where('is_system', '=', true).executeTakeFirst()

const secretOf = ({ secrets }: Needs, integration: Integration | undefined): string | null =>
  integration?.signing_secret ? openOrNull(secrets, integration.signing_secret) : null

async function makeOrMend(deps: Needs, trx: Trx): Promise<SystemIntegration> {
  await sql`select pg_advisory_xact_lock(hashtextextended('system integration', 0))`.execute(trx)
  const present = await find(trx)
  const known = secretOf(deps, present)
  // Another process was faster.
  if (present && known !== null) return { type: 'sentry', address: present.address, secret: known }
  const secret = newSecret()
  const sealed = { signing_secret: deps.secrets.seal(secret), previous_signing_secret: null }
  const { address } = present ?? (await insert(deps, trx))
  await trx.updateTable('integrations').set(sealed).where('is_system', '=', true).execute()
  return { type: 'sentry', address, secret }
}

async function insert({ clock }: Needs, trx: Trx): Promise<Pick<Integration, 'address'>> {
  const now = clock.now()
  const hidden = { is_system: true, created_at: now, updated_at: now, deleted_at: now }
  const service = { id: newId(now), name: 'OpsKnight itself', ...hidden }
  await trx.insertInto('services').values(service).execute()
  const integration = {
    id: newId(now),
    service_id: service.id,
    type: 'sentry' as const,
    address: newSecret(),
  }
  await trx
    .insertInto('integrations')
    .values({ ...integration, name: 'Heartbeat', ...hidden })
    .execute()
  return integration
}
