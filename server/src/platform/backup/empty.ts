import type pg from 'pg'

/** Every statement that takes something of ours out of the schema; what an extension brings stays. */
const DROPS = `
  with ours as (
    select 1 as rank, 'pg_class'::regclass as class, c.oid, c.relname as name, format('drop %s if exists %I cascade',
      case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table'
        else 'table' end, c.relname) as statement
    from pg_class c
    where c.relnamespace = quote_ident(current_schema())::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    union all
    select 2, 'pg_proc'::regclass, p.oid, p.proname, format('drop routine if exists %s cascade', p.oid::regprocedure)
    from pg_proc p where p.pronamespace = quote_ident(current_schema())::regnamespace
    union all
    select 3, 'pg_type'::regclass, t.oid, t.typname, format('drop type if exists %I cascade', t.typname)
    from pg_type t where t.typnamespace = quote_ident(current_schema())::regnamespace and t.typtype in ('d', 'e', 'r')
  )
  select name, statement from ours
  where not exists (
    select from pg_depend d where d.classid = ours.class and d.objid = ours.oid and d.deptype = 'e')
  order by rank, name`

/** The names of everything in the schema. */
export async function readEverything(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(DROPS)
  return rows.map(({ name }) => name)
}

/** Empties the schema, within the transaction of the caller. */
export async function dropEverything(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(DROPS)
  for (const { statement } of rows) await client.query(statement)
}
