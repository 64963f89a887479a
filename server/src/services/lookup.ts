import { type Selectable, sql } from 'kysely'
import type { IntegrationType } from '#contract/integrations.ts'
import type { Db } from '../platform/db.ts'
import { GroupCommit } from '../platform/group-commit.ts'
import type { Schema } from '../platform/schema.ts'
import { withinTime } from '../platform/within-time.ts'

/** With the name under which a tool tells of what OpsKnight itself has changed there; null when it is not connected. */
export type IntegrationRow = Selectable<Schema['integrations']> & { own_actor: string | null }
type Asked = { type: IntegrationType; address: string }

/** OpsKnight's own counts as deleted for everybody else. */
const isOpen = sql<boolean>`(deleted_at is null or is_system)`

export const selectInstalled = (db: Db) =>
  db
    .selectFrom('integrations')
    .leftJoin('sentry_connections', 'sentry_connections.integration_id', 'integrations.id')
    .selectAll('integrations')
    .select('sentry_connections.app_uuid as own_actor')
    .where(isOpen)

const AT_ONCE = 500
const ANSWER_WITHIN_MS = 3_000

/**
 * Reads integrations by their addresses, all that are asked for meanwhile in one query: whoever makes up addresses takes up
 * one connection, and not all of those on which people and genuine deliveries wait.
 */
export function createLookup(db: Db): (asked: Asked) => Promise<IntegrationRow | null> {
  const group = new GroupCommit((all: Asked[]) => withinTime(readAll(db, all), ANSWER_WITHIN_MS), {
    ...{ maxItems: AT_ONCE, maxBytes: Number.POSITIVE_INFINITY, maxWaitingBytes: Number.POSITIVE_INFINITY },
    overloaded: () => new Error('Nothing that is asked for has a size'),
    concernsAll: () => true,
  })
  return async (asked) => group.submit(asked, 0)
}

async function readAll(db: Db, all: readonly Asked[]): Promise<(IntegrationRow | null)[]> {
  const rows = await selectInstalled(db)
    .where(sql<boolean>`address = any(${all.map(({ address }) => address)}::text[])`)
    .execute()
  const byAddress = new Map(rows.map((row) => [row.address, row]))
  return all.map(({ type, address }) => {
    const row = byAddress.get(address)
    return row?.type === type ? row : null
  })
}
