import { type Selectable, sql } from 'kysely'
import type { PageQuery } from '#contract/common.ts'
import type { CreateService, ServiceView } from '#contract/services.ts'
import type { Db, Trx } from '../platform/db.ts'
import { AppError, notFound } from '../platform/errors.ts'
import { isUuid, newId } from '../platform/ids.ts'
import { cursorOfName, idOf, nameOfCursor, toPage } from '../platform/pages.ts'
import { isUniqueViolation } from '../platform/retry.ts'
import type { Schema } from '../platform/schema.ts'
import { forgetConnections } from './connected-tools.ts'

export type Service = Selectable<Schema['services']>
type Page<Item> = { items: Item[]; nextCursor: string | null }

/** Services by name, which no two of them share. The cursor is the last name of the page before. */
export async function listServices(db: Db, { cursor, limit }: PageQuery): Promise<Page<ServiceView>> {
  const after = nameOfCursor(cursor)
  const rows = await db
    .selectFrom('services')
    .select(['id', 'name'])
    .where('deleted_at', 'is', null)
    .$if(after !== null, (query) => query.where(sql`lower(name)`, '>', sql`lower(${after})`))
    .orderBy(sql`lower(name)`)
    .limit(limit + 1)
    .execute()
  const { items, nextCursor } = toPage(rows, limit, ({ name }) => cursorOfName(name), idOf)
  return { items: await readViews(db, items), nextCursor }
}

export async function getServiceView(db: Db, id: string): Promise<ServiceView> {
  const [view] = isUuid(id) ? await readViews(db, [id]) : []
  if (!view) throw notFound('Service')
  return view
}

type ViewRow = Service & {
  integration_count: number
  active_incident_count: number
  policy_name: string | null
}

async function readViews(db: Db, ids: readonly string[]): Promise<ServiceView[]> {
  const { rows } = await sql<ViewRow>`
    select s.*, coalesce(i.n, 0) as integration_count, coalesce(a.n, 0) as active_incident_count, p.name as policy_name
    from services s
    left join escalation_policies p on p.id = s.escalation_policy_id
    left join (
      select service_id, count(*) as n from integrations
      where service_id = any(${[...ids]}::uuid[]) and deleted_at is null group by service_id
    ) i on i.service_id = s.id
    left join (
      select service_id, count(*) as n from incidents
      where service_id = any(${[...ids]}::uuid[]) and status <> 'resolved' group by service_id
    ) a on a.service_id = s.id
    where s.id = any(${[...ids]}::uuid[]) and s.deleted_at is null
    order by lower(s.name)`.execute(db)
  return rows.map(toView)
}

const toView = (row: ViewRow): ServiceView => ({
  id: row.id,
  name: row.name,
  description: row.description,
  acknowledgementTimeoutMinutes: row.acknowledgement_timeout_minutes,
  escalationPolicyId: row.escalation_policy_id,
  escalationPolicyName: row.policy_name,
  integrationCount: row.integration_count,
  activeIncidentCount: row.active_incident_count,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

export async function insertService(trx: Trx, given: CreateService, now: Date): Promise<Service> {
  const values = { id: newId(now), ...columnsOf(given), created_at: now, updated_at: now }
  return orNameTaken(
    given.name,
    trx.insertInto('services').values(values).returningAll().executeTakeFirstOrThrow(),
  )
}

export async function saveService(trx: Trx, id: string, given: CreateService, now: Date): Promise<void> {
  const values = { ...columnsOf(given), updated_at: now }
  await orNameTaken(given.name, trx.updateTable('services').set(values).where('id', '=', id).execute())
}

const columnsOf = (given: CreateService) => ({
  name: given.name,
  description: given.description || null,
  acknowledgement_timeout_minutes: given.acknowledgementTimeoutMinutes ?? null,
  escalation_policy_id: given.escalationPolicyId ?? null,
})

async function orNameTaken<Result>(name: string, query: Promise<Result>): Promise<Result> {
  try {
    return await query
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const message = `There is a service called "${name}" already. Choose another name.`
    throw new AppError('name_taken', message, { errors: [{ path: 'name', message }] })
  }
}

/** Holds the service against other changes of it; things may still be added to it. */
export async function lockService(trx: Trx, id: string): Promise<Service> {
  return orNotFound(id, () => presentService(trx, id).forNoKeyUpdate().executeTakeFirst())
}

/** Holds the service against deletion, while something is added to it. */
export async function holdService(trx: Trx, id: string): Promise<Service> {
  return orNotFound(id, () => presentService(trx, id).forKeyShare().executeTakeFirst())
}

const presentService = (trx: Trx, id: string) =>
  trx.selectFrom('services').selectAll().where('id', '=', id).where('deleted_at', 'is', null)

async function orNotFound(id: string, query: () => Promise<Service | undefined>): Promise<Service> {
  const service = isUuid(id) ? await query() : undefined
  if (!service) throw notFound('Service')
  return service
}

/** Those of these ids that are services, held against deletion until the transaction ends. */
export async function findPresentServices(trx: Trx, ids: readonly string[]): Promise<Service[]> {
  const possible = ids.filter(isUuid)
  if (possible.length === 0) return []
  return trx
    .selectFrom('services')
    .selectAll()
    .where('id', 'in', possible)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .forKeyShare()
    .execute()
}

/**
 * Marks the service as deleted, with its integrations: their addresses lead nowhere and their secrets are gone. Waits
 * for everybody who is adding something to it; whoever comes later does not find it. Returns how many integrations went.
 */
export async function deleteService(
  trx: Trx,
  id: string,
  now: Date,
): Promise<{ service: Service; integrations: number }> {
  const service = await orNotFound(id, () => presentService(trx, id).forUpdate().executeTakeFirst())
  await trx.updateTable('services').set({ deleted_at: now }).where('id', '=', id).execute()
  const deleted = await trx
    .updateTable('integrations')
    .set({ deleted_at: now, signing_secret: null, previous_signing_secret: null })
    .where('service_id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .execute()
  await forgetConnections(
    trx,
    deleted.map((integration) => integration.id),
  )
  return { service, integrations: deleted.length }
}

/** What decisions about incidents need to know of a service. */
export type ServiceSettings = {
  /** After how long an acknowledgement runs out; null = never. */
  acknowledgementTimeoutMinutes: number | null
  /** The maintenance window that covers the service now; of several, the one that ends last. */
  maintenance: { until: Date; reason: string } | null
  /** OpsKnight's own, which it alerts itself on. */
  isSystem: boolean
}

/** The settings of these services at `now`, by id. Services that are deleted or unknown are absent. */
export const readServiceSettings = (
  db: Db,
  serviceIds: readonly string[],
  now: Date,
): Promise<Map<string, ServiceSettings>> => serviceSettings(db, serviceIds, now, sql``)

/**
 * The same, and none of these services can be deleted until the transaction ends. For whoever opens incidents: call it
 * before incidents are locked, as deleting a service locks the service first and then its incidents.
 */
export const holdServiceSettings = (
  trx: Trx,
  serviceIds: readonly string[],
  now: Date,
): Promise<Map<string, ServiceSettings>> => serviceSettings(trx, serviceIds, now, sql`for key share of s`)

type Row = {
  id: string
  acknowledgement_timeout_minutes: number | null
  end_at: Date | null
  reason: string | null
  is_system: boolean
}

async function serviceSettings(
  db: Db,
  serviceIds: readonly string[],
  now: Date,
  lock: ReturnType<typeof sql>,
): Promise<Map<string, ServiceSettings>> {
  const { rows } = await sql<Row>`
    with present as materialized (
      select id, end_at, reason from maintenance_windows where end_at > ${now} and start_at <= ${now}
    )
    select s.id, s.acknowledgement_timeout_minutes, s.is_system, m.end_at, m.reason
    from services s
    left join lateral (
      select p.end_at, p.reason
      from present p join maintenance_window_services ws on ws.window_id = p.id and ws.service_id = s.id
      order by p.end_at desc, p.id limit 1
    ) m on true
    where s.id = any(${[...serviceIds]}::uuid[]) and (s.deleted_at is null or s.is_system)
    order by s.id ${lock}`.execute(db)
  return new Map(rows.map((row) => [row.id, settingsOf(row)]))
}

const settingsOf = (row: Row): ServiceSettings => ({
  acknowledgementTimeoutMinutes: row.acknowledgement_timeout_minutes,
  maintenance: row.end_at ? { until: row.end_at, reason: row.reason ?? '' } : null,
  isSystem: row.is_system,
})
