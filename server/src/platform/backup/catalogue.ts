import type pg from 'pg'
import type { Summary, Table } from './manifest.ts'

/** The schema in which OpsKnight's tables are; what an extension brings is not ours. */
const OURS = `c.relnamespace = quote_ident(current_schema())::regnamespace
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`

/** Every table that holds rows of its own, and so partitions instead of what they are partitions of. */
export async function readTables(client: pg.ClientBase): Promise<Omit<Table, 'hasRows'>[]> {
  const { rows } = await client.query<{
    name: string
    parent: string | null
    bounds: string
    columns: string[]
  }>(`
    select c.relname as name, p.relname as parent, pg_get_expr(c.relpartbound, c.oid) as bounds, array(
      select a.attname::text from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      order by a.attnum) as columns
    from pg_class c
    left join pg_inherits i on i.inhrelid = c.oid
    left join pg_class p on p.oid = i.inhparent
    where ${OURS} and c.relkind = 'r' and c.relpersistence <> 't'
    order by c.relname collate "C"`)
  return rows.map(({ name, parent, bounds, columns }) => ({
    name,
    columns,
    partition: parent === null ? null : { of: parent, bounds },
  }))
}

/** Sequences do not belong to a snapshot: read after it was taken, they are past every number in it. */
export async function readSequences(client: pg.ClientBase): Promise<Summary['sequences']> {
  const { rows } = await client.query<{ name: string }>(`
    select c.relname as name from pg_class c where ${OURS} and c.relkind = 'S' order by c.relname collate "C"`)
  const sequences = []
  for (const { name } of rows) {
    const found = await client.query<{ value: string; isCalled: boolean }>(
      `select last_value::text as value, is_called as "isCalled" from ${quoted(name)}`,
    )
    sequences.push({ name, ...found.rows[0]! })
  }
  return sequences
}

/** A pair of statements. */
export type Detour = { takeAway: string; putBack: string }

/**
 * What is better made once all rows are there: foreign keys, so that tables come in any order, and indexes, which are then built in one go.
 * In the order in which to put them back; both check what they find.
 */
export async function readDetours(client: pg.ClientBase): Promise<Detour[]> {
  const indexes = await client.query<Detour>(`
    select format('drop index %I', c.relname) as "takeAway",
      -- Of a partitioned table it says ONLY, by which its partitions would go without.
      replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON ') as "putBack"
    from pg_class c
    where ${OURS} and c.relkind in ('i', 'I') and not c.relispartition
      and not exists (select from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))
    order by c.relname`)
  const keys = await client.query<Detour>(`
    select format('alter table %I drop constraint %I', c.relname, k.conname) as "takeAway",
      format('alter table %I add constraint %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) as "putBack"
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where ${OURS} and k.contype = 'f' and k.conparentid = 0
    order by c.relname, k.conname`)
  return [...indexes.rows, ...keys.rows]
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

export const quotedList = (names: readonly string[]) => names.map(quoted).join(', ')
