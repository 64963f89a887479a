import { installationOf, KINDS_OF_INSTALLATION } from '../integrations/sentry/installation.ts'
import { addMinutes } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'

const DAY_MINUTES = 24 * 60

/**
 * The installation that the newest message came from: a token without `org:read` is not told. Only signed messages are believed, as
 * everybody who knows the address can send others.
 */
export async function installationInDeliveries(
  db: Db,
  integrationId: string,
  now: Date,
): Promise<string | null> {
  const delivery = await db
    .selectFrom('deliveries')
    .innerJoin('integrations', 'integrations.id', 'deliveries.integration_id')
    .select('deliveries.body')
    .where('deliveries.integration_id', '=', integrationId)
    .where('deliveries.received_at', '>', addMinutes(now, -DAY_MINUTES))
    .where('deliveries.kind', 'in', KINDS_OF_INSTALLATION)
    .where('deliveries.outcome', '<>', 'rejected')
    .where('deliveries.body', 'is not', null)
    .where('deliveries.body_truncated', '=', false)
    .where('integrations.signing_secret', 'is not', null)
    .whereRef('deliveries.received_at', '>=', 'integrations.signing_secret_set_at')
    // Without one of these kinds there is nothing to look for among many deliveries.
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('integration_kinds')
          .select('kind')
          .where('integration_id', '=', integrationId)
          .where('kind', 'in', KINDS_OF_INSTALLATION),
      ),
    )
    .orderBy('deliveries.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return delivery?.body ? installationOf(delivery.body) : null
}

/** Remembers it where none is known. Returns the one that is known from now on. */
export async function learnInstallation(db: Db, integrationId: string, now: Date): Promise<string | null> {
  const uuid = await installationInDeliveries(db, integrationId, now)
  if (!uuid) return null
  await db
    .updateTable('sentry_connections')
    .set({ installation_uuid: uuid })
    .where('integration_id', '=', integrationId)
    .where('installation_uuid', 'is', null)
    .execute()
  return uuid
}
