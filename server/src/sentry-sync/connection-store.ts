import type { Selectable } from 'kysely'
import { SentryBehaviour } from '#contract/sentry-connection.ts'
import type { Db } from '../platform/db.ts'
import type { Schema } from '../platform/schema.ts'
import { openOrNull, type SecretBox } from '../platform/secrets.ts'

export type ConnectionRow = Selectable<Schema['sentry_connections']>

/** A connection as it is used. */
export type Connection = {
  integrationId: string
  url: string
  organization: string
  /** Null when it was sealed with another key. */
  token: string | null
  behaviour: SentryBehaviour
  installationUuid: string | null
  appSlug: string | null
  /** As the last check found them; null when it could not. */
  scopes: string[] | null
  readsRefused: boolean
  writesRefused: boolean
  pausedUntil: Date | null
  /** When somebody last changed how it is connected. */
  updatedAt: Date
}

export async function findConnection(db: Db, integrationId: string): Promise<ConnectionRow | null> {
  const row = await db
    .selectFrom('sentry_connections')
    .selectAll()
    .where('integration_id', '=', integrationId)
    .executeTakeFirst()
  return row ?? null
}

export function toConnection(row: ConnectionRow, secrets: SecretBox): Connection {
  return {
    integrationId: row.integration_id,
    url: row.url,
    organization: row.organization,
    token: openOrNull(secrets, row.token),
    behaviour: behaviourOf(row),
    installationUuid: row.installation_uuid,
    appSlug: row.app_slug,
    scopes: row.scopes,
    readsRefused: row.reads_refused_at !== null,
    writesRefused: row.writes_refused_at !== null,
    pausedUntil: row.paused_until,
    updatedAt: row.updated_at,
  }
}

/** With the default of what the row does not say. */
export const behaviourOf = ({ behaviour }: Pick<ConnectionRow, 'behaviour'>): SentryBehaviour =>
  SentryBehaviour.safeParse(behaviour).data ?? SentryBehaviour.parse({})
