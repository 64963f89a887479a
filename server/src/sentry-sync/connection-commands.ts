import { SentryBehaviour, type SetSentryConnection } from '#contract/sentry-connection.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { addSeconds } from '../platform/clock.ts'
import { changeConfiguration, differences } from '../platform/configuration.ts'
import type { Trx } from '../platform/db.ts'
import { AppError, conflict, notFound } from '../platform/errors.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { forgetConnections } from '../services/connected-tools.ts'
import { auditTarget } from '../services/integration-commands.ts'
import { getIntegration, lockIntegration } from '../services/integration-store.ts'
import { setSigningSecret } from '../services/signing-secrets.ts'
import { behaviourOf, type ConnectionRow, findConnection } from './connection-store.ts'
import { checkConnection } from './findings.ts'

/** Connects the integration to its Sentry, or changes how; what is not given stays. A new way there is checked at once. */
export async function connectSentry(
  deps: Deps,
  principal: Principal | null,
  id: string,
  given: SetSentryConnection,
): Promise<ConnectionRow> {
  demand(principal, 'configure')
  const { integrationId, isNewWay } = await changeConfiguration(deps, (trx) =>
    saveConnection(trx, deps, principal, id, given),
  )
  if (given.clientSecret !== undefined)
    await setSigningSecret(deps, principal, integrationId, { secret: given.clientSecret, keepPrevious: true })
  return isNewWay ? checkSentryConnection(deps, principal, integrationId) : getConnection(deps, integrationId)
}

async function saveConnection(
  trx: Trx,
  deps: Deps,
  principal: Principal,
  id: string,
  given: SetSentryConnection,
): Promise<{ integrationId: string; isNewWay: boolean }> {
  const now = deps.clock.now()
  const integration = await lockIntegration(trx, id)
  if (integration.type !== 'sentry')
    throw conflict('Only an integration of Sentry can be connected to Sentry.')
  const before = await lockConnection(trx, integration.id)
  const { url, organization } = given
  const isNewWay = given.token !== undefined || before?.url !== url || before.organization !== organization
  const behaviour = before ? behaviourOf(before) : SentryBehaviour.parse({})
  const after = SentryBehaviour.parse({ ...behaviour, ...given.behaviour })
  const row = {
    ...{ url, organization, updated_at: now, behaviour: JSON.stringify(after) },
    token: sealedToken(deps, before, given),
    ...(isNewWay ? { ...UNCHECKED, check_due_at: addSeconds(now, CHECKED_WITHIN_SECONDS) } : {}),
  }
  // Ids of issues mean something else in another organization.
  if (before && before.organization !== organization) await forgetConnections(trx, [integration.id])
  await trx
    .insertInto('sentry_connections')
    .values({ ...row, integration_id: integration.id, created_at: now, reconcile_due_at: now })
    .onConflict((conflict) => conflict.column('integration_id').doUpdateSet(row))
    .execute()
  await trx.updateTable('integrations').set({ has_outbox: true }).where('id', '=', integration.id).execute()
  await recordAudit(trx, principal, now, {
    action: 'integration.sentry_connected',
    target: auditTarget(integration),
    data: {
      ...{ url, organization, tokenChanged: given.token !== undefined },
      behaviour: before ? differences(behaviour, after) : after,
    },
  })
  return { integrationId: integration.id, isNewWay }
}

/** If the server ends in the middle of the check, it is done by whoever looks then. */
const CHECKED_WITHIN_SECONDS = 60

/** Nothing is known of it, and nothing was refused. */
const UNCHECKED = {
  ...{ installation_uuid: null, app_uuid: null, app_slug: null, scopes: null },
  ...{ checked_at: null, problem: null, reads_refused_at: null, writes_refused_at: null, refusal: null },
  ...{ notice_due_at: null, paused_until: null, check_attempts: 0 },
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
  await checkConnection(deps, await getConnection(deps, integrationId), { isUnattended: false })
  return getConnection(deps, integrationId)
}

/** Sentry is told and asked nothing more; alerts go on coming in. */
export async function disconnectSentry(deps: Deps, principal: Principal | null, id: string): Promise<void> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  await changeConfiguration(deps, async (trx) => {
    const integration = await lockIntegration(trx, id)
    if (!(await lockConnection(trx, integration.id))) throw notFound('Connection to Sentry')
    await forgetConnections(trx, [integration.id])
    const target = auditTarget(integration)
    await recordAudit(trx, principal, now, { action: 'integration.sentry_disconnected', target })
  })
}

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
