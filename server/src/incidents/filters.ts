import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { IncidentQuery } from '#contract/incidents.ts'
import type { Db } from '../platform/db.ts'
import { isUuid } from '../platform/ids.ts'
import { numberOfCursor } from '../platform/pages.ts'
import type { Schema } from '../platform/schema.ts'
import { storedKey } from './keys.ts'

// Each filter has an index in which incidents stand newest first. PostgreSQL takes filters for independent of one another and of
// time: in search of a severity that a large service never had it would go through all of that service, and through all newer
// incidents for those of a service that has gone. So numbers are read first: they are in the index of the filters alone.

/** What lists are narrowed by, beside words. */
export type Filters = Pick<IncidentQuery, 'status' | 'serviceId' | 'severity' | 'dedupKey' | 'cursor'>

/** Whether an incident `i` is one of those asked for. */
export function passes({ status, serviceId, severity, dedupKey, cursor }: Filters): RawBuilder<SqlBool> {
  const before = numberOfCursor(cursor)
  return allOf([
    ...(status ? [hasStatus(status)] : []),
    ...(serviceId ? [oneOf('i.service_id', serviceId.filter(isUuid))] : []),
    ...(severity ? [oneOf('i.severity', severity)] : []),
    ...(dedupKey === undefined ? [] : [sql<SqlBool>`i.dedup_key = ${storedKey(dedupKey)}`]),
    ...(before === null ? [] : [sql<SqlBool>`i.number < ${before}`]),
  ])
}

const allOf = (conditions: RawBuilder<SqlBool>[]) =>
  conditions.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`(${sql.join(conditions, sql` and `)})`

/** With a single value PostgreSQL reads in the order of the index; with several it would have to sort. */
function oneOf(column: 'i.service_id' | 'i.severity' | 'i.status', values: readonly string[]) {
  const [first, ...others] = values
  if (first === undefined) return sql<SqlBool>`false`
  if (others.length === 0) return sql<SqlBool>`${sql.ref(column)} = ${first}`
  return sql<SqlBool>`${sql.ref(column)} in (${sql.join(values)})`
}

function hasStatus(statuses: NonNullable<Filters['status']>): RawBuilder<SqlBool> {
  const named = statuses.filter((status) => status !== 'active')
  if (statuses.includes('active')) return statuses.includes('resolved') ? allOf([]) : isActive
  // Said in this way the indexes of active incidents serve, also beside millions of resolved ones.
  return allOf([...(statuses.includes('resolved') ? [] : [isActive]), oneOf('i.status', named)])
}

const isActive = sql<SqlBool>`i.status <> 'resolved'`

/** Few are active, so that all of them may be looked at. */
export const asksForActive = ({ status }: Filters): boolean =>
  status !== undefined && !status.includes('resolved')

/** More of them are better looked for together. */
const PARTS_MAX = 40

/** The same filters with one service and one severity at a time, as the indexes have them. */
function partsOf(filters: Filters): Filters[] {
  if (asksForActive(filters) || filters.dedupKey !== undefined) return [filters]
  const services = eachOf(filters.serviceId?.filter(isUuid).map((id) => id.toLowerCase()))
  const severities = eachOf(filters.severity)
  const parts = services.flatMap((serviceId) =>
    severities.map((severity) => ({ ...filters, serviceId, severity })),
  )
  return parts.length === 0 || parts.length > PARTS_MAX ? [filters] : parts
}

/** Nobody is to be in two parts, however often a value is named. */
const eachOf = <Value>(values: readonly Value[] | undefined): (Value[] | undefined)[] =>
  values ? [...new Set(values)].map((value) => [value]) : [undefined]

/** Queries for numbers of incidents, and for incidents with all their columns. */
export type Numbers = RawBuilder<{ number: number }>
export type Incidents = RawBuilder<Selectable<Schema['incidents']>>

const inOrder = (db: Db, filters: Filters, count: number) =>
  db.selectFrom('incidents as i').where(passes(filters)).orderBy('i.number', 'desc').limit(count)

/** A query for the numbers of the newest so many that pass, newest first. */
export function newestNumbers(db: Db, filters: Filters, count: number): Numbers {
  const newest = partsOf(filters).map((part) => inOrder(db, part, count).select('i.number'))
  if (newest.length === 1) return sql`${newest[0]}`
  return sql`(
    select number from (${sql.join(newest, sql` union all `)}) as each order by number desc limit ${sql.lit(count)})`
}

/** A query for the newest so many that pass, newest first, with all their columns. */
export function newestOf(db: Db, filters: Filters, count: number): Incidents {
  const isInOrder = !filters.serviceId && !filters.severity
  return isInOrder
    ? sql`${inOrder(db, filters, count).selectAll('i')}`
    : incidentsOf(newestNumbers(db, filters, count))
}

/** A query for those of these numbers, in their order. One after the other: PostgreSQL would rather go through the whole table. */
export const incidentsOf = (numbers: Numbers): Incidents => sql`(
  select one.* from ${numbers} as k
  cross join lateral (select * from incidents i where i.number = k.number offset 0) as one
  order by k.number desc)`
