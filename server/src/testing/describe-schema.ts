import type pg from 'pg'

// Columns by name, as those that were added later come last in a table that was upgraded.
const LINES = `
  with ours as (select oid, relname as name, relkind from pg_class where relnamespace = current_schema()::regnamespace)
  select format('column %s.%s %s%s%s%s%s', c.name, a.attname, format_type(a.atttypid, a.atttypmod),
    case when a.attnotnull then ' not null' end, ' default ' || pg_get_expr(d.adbin, d.adrelid),
    ' identity ' || nullif(a.attidentity::text, ''), ' generated ' || nullif(a.attgenerated::text, '')) as line
  from ours c join pg_attribute a on a.attrelid = c.oid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0 and not a.attisdropped
  union all
  select format('constraint %s.%s %s%s', c.name, k.conname, pg_get_constraintdef(k.oid), case when not k.convalidated then ' not valid' end)
  from ours c join pg_constraint k on k.conrelid = c.oid
  union all
  select format('index %s', pg_get_indexdef(i.indexrelid)) from ours c join pg_index i on i.indexrelid = c.oid
  union all
  select format('partition %s of %s %s', c.name, i.inhparent::regclass, pg_get_expr(p.relpartbound, p.oid))
  from ours c join pg_class p on p.oid = c.oid join pg_inherits i on i.inhrelid = c.oid where p.relpartbound is not null
  union all
  select format('sequence %s %s of %s', c.name, format_type(s.seqtypid, null),
    (select d.refobjid::regclass::text || '.' || a.attname from pg_depend d
     join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
     where d.objid = c.oid and d.deptype in ('a', 'i')))
  from ours c join pg_sequence s on s.seqrelid = c.oid
  union all
  select format('view %s %s', c.name, pg_get_viewdef(c.oid)) from ours c where c.relkind in ('v', 'm')
  union all
  select format('trigger %s', pg_get_triggerdef(t.oid)) from ours c join pg_trigger t on t.tgrelid = c.oid where not t.tgisinternal
  union all
  select format('function %s', pg_get_functiondef(p.oid)) from pg_proc p
  where p.pronamespace = current_schema()::regnamespace
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  union all
  select format('migration %s', name) from schema_migrations
  order by 1`

/** Everything that migrations make, a line each, for comparing two databases. */
export async function describeSchema(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(LINES)
  return rows.map(({ line }) => line)
}
