import { SentryBehaviour, type SetSentryConnection } from '#contract/sentry-connection.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import type { Trx } from '../platform/db.ts'
import { AppError, conflict, notFound } from '../platform/errors.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { auditTarget } from '../services/integration-commands.ts'
import { getIntegration, lockIntegration } from '../services/integration-store.ts'
import { setSigningSecret } from '../services/signing-secrets.ts'
import { findOut } from './check.ts'
import {
  behaviourOf,
  type ConnectionRow,
  findConnection,
  saveFindings,
  toConnection,
} from './connection-store.ts'

/** Connects the integration to its Sentry, or changes how; what is not given stays. It is checked at once. */
export async function connectSentry(
  deps: Deps,
  principal: Principal | null,
  id: string,
  given: SetSentryConnection,
): Promise<ConnectionRow> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  const { integrationId } = await changeConfiguration(deps, async (trx) => {
    const integration = await lockIntegration(trx, id)
    if (integration.type !== 'sentry')
      throw conflict('Only an integration of Sentry can be connected to Sentry.')
    const before = await lockConnection(trx, integration.id)
    const { url, organization } = given
    const row = {
      ...{ url, organization, updated_at: now },
      token: sealedToken(deps, before, given),
      behaviour: JSON.stringify(
        SentryBehaviour.parse({ ...(before ? behaviourOf(before) : {}), ...given.behaviour }),
      ),
    }
    await trx
      .insertInto('sentry_connections')
      .values({ ...row, integration_id: integration.id, created_at: now, reconcile_due_at: now })
      .onConflict((conflict) => conflict.column('integration_id').doUpdateSet(row))
      .execute()
    await setOutbox(trx, integration.id, true)
    await recordAudit(trx, principal, now, {
      action: 'integration.sentry_connected',
      target: auditTarget(integration),
      data: { url, organization, tokenChanged: given.token !== undefined },
    })
    return { integrationId: integration.id }
  })
  if (given.clientSecret !== undefined)
    await setSigningSecret(deps, principal, integrationId, { secret: given.clientSecret, keepPrevious: true })
  return checkSentryConnection(deps, principal, integrationId)
}

/** A token is never sent to an address that it was not entered for. */
function sealedToken({ secrets }: Deps, before: ConnectionRow | null, given: SetSentryConnection): Buffer {
  if (given.token !== undefined) return secrets.seal(given.token)
  if (before && before.url === given.url) return before.token
  throw new AppError('invalid_request', 'Enter the token of the internal integration for this address.', {
    errors: [{ path: 'token', message: 'Enter the token for this address' }],
  })
}

/** Asks Sentry again what the token may do; what was refused before is tried again from now on. */
export async function checkSentryConnection(
  deps: Deps,
  principal: Principal | null,
  id: string,
): Promise<ConnectionRow> {
  demand(principal, 'configure')
  const { id: integrationId } = await getIntegration(deps.db, id)
  const row = await getConnection(deps, integrationId)
  const found = await findOut(deps, toConnection(row, deps.secrets))
  await changeConfiguration(deps, (trx) => saveFindings(trx, integrationId, found, deps.clock.now()))
  return getConnection(deps, integrationId)
}

/** Sentry is told and asked nothing more; alerts go on coming in. */
export async function disconnectSentry(deps: Deps, principal: Principal | null, id: string): Promise<void> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  await changeConfiguration(deps, async (trx) => {
    const integration = await lockIntegration(trx, id)
    if (!(await lockConnection(trx, integration.id))) throw notFound('Connection to Sentry')
    await forgetConnection(trx, integration.id)
    const target = auditTarget(integration)
    await recordAudit(trx, principal, now, { action: 'integration.sentry_disconnected', target })
  })
}

async function forgetConnection(trx: Trx, integrationId: string): Promise<void> {
  await setOutbox(trx, integrationId, false)
  for (const table of [
    'incident_outbox',
    'sentry_missing_deliveries',
    'sentry_issues',
    'sentry_connections',
  ] as const)
    await trx.deleteFrom(table).where('integration_id', '=', integrationId).execute()
}

const setOutbox = (trx: Trx, integrationId: string, has_outbox: boolean) =>
  trx.updateTable('integrations').set({ has_outbox }).where('id', '=', integrationId).execute()

async function lockConnection(trx: Trx, integrationId: string): Promise<ConnectionRow | null> {
  const row = await trx
    .selectFrom('sentry_connections')
    .selectAll()
    .where('integration_id', '=', integrationId)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

export async function getConnection({ db }: Pick<Deps, 'db'>, integrationId: string): Promise<ConnectionRow> {
  const row = await findConnection(db, integrationId)
  if (!row) throw notFound('Connection to Sentry')
  return row
}
