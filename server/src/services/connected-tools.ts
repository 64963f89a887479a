import type { Trx } from '../platform/db.ts'

const TABLES = [
  'incident_outbox',
  'incident_links',
  'sentry_missing_deliveries',
  'sentry_issues',
  'sentry_connections',
] as const

/** The tool of these integrations is told nothing more: the token is deleted, and whatever waited to be told. */
export async function forgetConnections(trx: Trx, integrationIds: readonly string[]): Promise<void> {
  if (integrationIds.length === 0) return
  await trx.updateTable('integrations').set({ has_outbox: false }).where('id', 'in', integrationIds).execute()
  for (const table of TABLES)
    await trx.deleteFrom(table).where('integration_id', 'in', integrationIds).execute()
}
