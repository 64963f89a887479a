import { sql } from 'kysely'
import type { JsonObject, PageQuery } from '#contract/common.ts'
import type { IntegrationType } from '#contract/integrations.ts'
import type { Db, Trx } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { isUuid, newId, newSecret } from '../platform/ids.ts'
import { idOf, idOfCursor, toPage } from '../platform/pages.ts'
import { ADDRESS, type Integration, type IntegrationWithContext } from './integration-model.ts'

/** Oldest first. The cursor is the last id of the page before. */
export async function listIntegrations(
  db: Db,
  { cursor, limit, serviceId }: PageQuery & { serviceId?: string },
): Promise<{ items: IntegrationWithContext[]; nextCursor: string | null }> {
  const start = idOfCursor(cursor)
  const after = start ? sql`and i.id > ${start}` : sql``
  const ofService = serviceId === undefined ? sql`` : sql`and i.service_id = ${serviceId}`
  const { rows } = await sql<IntegrationWithContext>`
    ${withContext} where i.deleted_at is null ${after} ${ofService}
    order by i.id limit ${limit + 1}`.execute(db)
  return toPage(rows, limit, idOf, asIs)
}

const asIs = <Row>(row: Row) => row

// The minute leads to the day's partition, so that the newest delivery is looked for in one place. Minutes are kept for
// some days and deliveries for some weeks; what an integration has ever seen is in its kinds. With `=` PostgreSQL would look for a
// silent integration's last delivery among everybody's, newest first; `between` in that order has only one index.
const withContext = sql`
  select i.*, s.name as service_name, coalesce(d.received_at, m.minute, k.last_at) as last_delivery_at
  from integrations i
  join services s on s.id = i.service_id
  left join lateral (
    select minute from integration_minutes
    where integration_id = i.id and accepted + ignored + rejected > 0
    order by minute desc limit 1
  ) m on true
  left join lateral (
    select received_at from deliveries
    where integration_id between i.id and i.id and received_at >= coalesce(m.minute, '-infinity')
    order by integration_id, id desc limit 1
  ) d on true
  left join lateral (select max(last_at) as last_at from integration_kinds where integration_id = i.id) k on true`

/** By address or by ref. */
export async function getIntegration(db: Db, id: string): Promise<IntegrationWithContext> {
  const { rows } = await sql<IntegrationWithContext>`
    ${withContext} where i.deleted_at is null and ${isCalled(id)}`.execute(db)
  return orNotFound(rows[0])
}

/** Holds the row until the transaction ends. By address or by ref. */
export async function lockIntegration(trx: Trx, id: string): Promise<Integration> {
  const { rows } = await sql<Integration>`
    select i.* from integrations i where i.deleted_at is null and ${isCalled(id)} for no key update`.execute(
    trx,
  )
  return orNotFound(rows[0])
}

function isCalled(id: string) {
  if (isUuid(id)) return sql<boolean>`i.id = ${id}`
  return ADDRESS.test(id) ? sql<boolean>`i.address = ${id}` : sql<boolean>`false`
}

function orNotFound<Row>(row: Row | undefined): Row {
  if (row) return row
  throw new AppError(
    'integration_not_found',
    'Integration not found. It may have been deleted, its Integration ID rotated, or the id is wrong.',
  )
}

export async function insertIntegration(
  trx: Trx,
  given: { serviceId: string; type: IntegrationType; name: string; settings: JsonObject },
  now: Date,
): Promise<Integration> {
  return trx
    .insertInto('integrations')
    .values({
      id: newId(now),
      service_id: given.serviceId,
      type: given.type,
      address: newSecret(),
      name: given.name,
      settings: JSON.stringify(given.settings),
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

type Changes = Partial<
  Pick<
    Integration,
    | 'name'
    | 'enabled'
    | 'address'
    | 'settings'
    | 'signing_secret'
    | 'previous_signing_secret'
    | 'signing_secret_set_at'
    | 'deleted_at'
  >
>

export async function saveIntegration(trx: Trx, ref: string, changes: Changes, now: Date): Promise<void> {
  const { settings, ...others } = changes
  await trx
    .updateTable('integrations')
    .set({ ...others, ...(settings ? { settings: JSON.stringify(settings) } : {}), updated_at: now })
    .where('id', '=', ref)
    .execute()
}
