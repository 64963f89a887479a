import type { Selectable } from 'kysely'
import type { PageQuery } from '#contract/common.ts'
import type { Scope } from '#contract/people.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { addSeconds } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'
import { AppError, notFound } from '../platform/errors.ts'
import { isUuid, newId, newSecret } from '../platform/ids.ts'
import { idOfCursor } from '../platform/pages.ts'
import { apiKeyPrincipal, demand, may, type Principal } from '../platform/principal.ts'
import type { Schema } from '../platform/schema.ts'
import { sha256 } from '../platform/secrets.ts'

export type ApiKey = Omit<Selectable<Schema['api_keys']>, 'key_hash'>

const PREFIX = 'ok_'
/** Enough to tell keys apart, too little to guess the rest. */
const SHOWN_CHARACTERS = 9
const NOTE_USE_EVERY_SECONDS = 60

const columns = ['id', 'name', 'prefix', 'scopes', 'created_by', 'created_at', 'last_used_at'] as const

/** Makes a key. The returned `key` is the only copy. Throws `forbidden` when it could do what its maker cannot. */
export async function createApiKey(
  { db, clock }: Deps,
  principal: Principal | null,
  { name, scopes }: { name: string; scopes: Scope[] },
): Promise<{ apiKey: ApiKey; key: string }> {
  demand(principal, 'configure')
  refuseMoreThan(principal, scopes)
  const now = clock.now()
  const key = `${PREFIX}${newSecret()}`
  return db.transaction().execute(async (trx) => {
    const apiKey = await trx
      .insertInto('api_keys')
      .values({
        id: newId(now),
        name,
        prefix: key.slice(0, SHOWN_CHARACTERS),
        key_hash: sha256(key),
        scopes: [...new Set(scopes)],
        created_by: principal.actor.name,
        created_at: now,
      })
      .returning(columns)
      .executeTakeFirstOrThrow()
    await recordAudit(trx, principal, now, {
      action: 'api_key.created',
      target: { type: 'api_key', id: apiKey.id, name },
      data: { scopes: apiKey.scopes, prefix: apiKey.prefix },
    })
    return { apiKey, key }
  })
}

function refuseMoreThan(principal: Principal, scopes: Scope[]): void {
  const granted = apiKeyPrincipal({ id: '', name: '', scopes }, null).permissions
  if ([...granted].some((permission) => !may(principal, permission))) {
    throw new AppError('forbidden', 'A key cannot do more than whoever makes it.')
  }
}

/** It stops working at once. */
export async function deleteApiKey(
  { db, clock }: Deps,
  principal: Principal | null,
  id: string,
): Promise<void> {
  demand(principal, 'configure')
  await db.transaction().execute(async (trx) => {
    const deleted = isUuid(id)
      ? await trx.deleteFrom('api_keys').where('id', '=', id).returning(['id', 'name']).executeTakeFirst()
      : undefined
    if (!deleted) throw notFound('API key')
    await recordAudit(trx, principal, clock.now(), {
      action: 'api_key.deleted',
      target: { type: 'api_key', ...deleted },
    })
  })
}

/** Newest first, one more than `limit` if there are more. */
export async function listApiKeys(db: Db, { cursor, limit }: PageQuery): Promise<ApiKey[]> {
  const before = idOfCursor(cursor)
  return db
    .selectFrom('api_keys')
    .select(columns)
    .$if(before !== null, (query) => query.where('id', '<', before))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
}

/** Who a key belongs to and what it may do, and notes that it was used; null for a key that does not exist. */
export async function findApiKeyPrincipal(
  { db, clock }: Deps,
  key: string,
  ip: string | null,
): Promise<Principal | null> {
  const row = await db
    .selectFrom('api_keys')
    .select(['id', 'name', 'scopes', 'last_used_at'])
    .where('key_hash', '=', sha256(key))
    .executeTakeFirst()
  if (!row) return null
  const now = clock.now()
  if (!row.last_used_at || row.last_used_at <= addSeconds(now, -NOTE_USE_EVERY_SECONDS)) {
    await db.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', row.id).execute()
  }
  return apiKeyPrincipal(row, ip)
}
