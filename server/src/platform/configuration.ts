import type { Db, Trx } from './db.ts'
import { type Live, notify } from './live.ts'
import { retryOnConflict } from './retry.ts'

/** Which fields differ, with both values: what the audit log says of a change. Empty when nothing does. */
export function differences<Fields extends Record<string, unknown>>(
  before: Fields,
  after: Fields,
): Record<string, { from: unknown; to: unknown }> {
  const differs = (name: string) => JSON.stringify(before[name]) !== JSON.stringify(after[name])
  return Object.fromEntries(
    Object.keys(after)
      .filter(differs)
      .map((name) => [name, { from: before[name], to: after[name] }]),
  )
}

/**
 * Commits a change of the configuration and tells everybody: this process before the answer goes out, the others
 * by the database. `change` runs again when another transaction came between.
 */
export async function changeConfiguration<Result>(
  { db, live }: { db: Db; live: Live },
  change: (trx: Trx) => Promise<Result>,
): Promise<Result> {
  const result = await retryOnConflict(() =>
    db.transaction().execute(async (trx) => {
      const changed = await change(trx)
      await notify(trx, [{ kind: 'configuration' }])
      return changed
    }),
  )
  live.tell({ kind: 'configuration' })
  return result
}
