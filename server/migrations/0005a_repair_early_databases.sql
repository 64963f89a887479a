-- Migrations up to here were changed after they had run, before there was a rule against it. This brings databases of those days to
-- what the migrations make today; in every other one it changes nothing and locks nothing. It comes before all that builds on them.
do $$
declare
  has_column constant text := 'select exists (select from pg_attribute where attrelid = $1::regclass and attname = $2 and not attisdropped)';
  has_constraint constant text := 'select exists (select from pg_constraint where conrelid = $1::regclass and conname = $2)';
  found boolean;
begin
  execute has_column into found using 'integrations', 'installation';
  if found then
    alter table integrations drop column installation;
  end if;

  execute has_column into found using 'integrations', 'signing_secret_set_at';
  if not found then
    alter table integrations add column signing_secret_set_at timestamptz;
  end if;

  execute has_column into found using 'incidents', 'reported_severity';
  if not found then
    alter table incidents add column reported_severity text check (reported_severity in ('critical', 'error', 'warning', 'info'));
    update incidents set reported_severity = severity;
    alter table incidents alter column reported_severity set not null;
  end if;

  execute has_constraint into found using 'incidents', 'incidents_event_count_check';
  if not found then
    update incidents set wake_at = null, acknowledged_at = null, resolved_at = null
    where status = 'open' and (wake_at is not null or acknowledged_at is not null or resolved_at is not null);
    update incidents set event_count = 1 where event_count < 1;
    alter table incidents
      add constraint incidents_check3 check (status <> 'open' or (wake_at is null and acknowledged_at is null and resolved_at is null)),
      add constraint incidents_event_count_check check (event_count >= 1);
  end if;

  -- Entries were ordered by their ids, which begin with the time.
  execute has_column into found using 'timeline_entries', 'id';
  if found then
    alter table timeline_entries add column number bigint;
    update timeline_entries e set number = ordered.number
    from (select id, row_number() over (order by id) as number from timeline_entries) ordered where ordered.id = e.id;
    alter table timeline_entries drop column id;
    alter table timeline_entries alter column number set not null;
    alter table timeline_entries alter column number add generated always as identity;
    perform setval(pg_get_serial_sequence('timeline_entries', 'number'), greatest(max(number), 1), max(number) is not null)
    from timeline_entries;
    alter table timeline_entries add primary key (incident_id, number);
  end if;

  if pg_get_indexdef('incidents_by_key'::regclass) like '%(service_id, dedup_key,%' then
    drop index incidents_by_key;
    create index incidents_by_key on incidents (dedup_key, service_id, number desc);
  end if;

  drop index if exists incidents_by_words;
  if to_regclass('incident_texts') is null then
    create table incident_texts (
      number bigint primary key references incidents (number),
      text text not null
    );
    begin
      create index incident_texts_by_trigram on incident_texts using gin (text gin_trgm_ops);
    exception
      when undefined_object then
        raise notice 'pg_trgm is not available: searching incidents will be slower';
    end;
  end if;

  -- Its column is in 0002_services.sql today.
  delete from schema_migrations where name = '0006_signing_secret_age.sql';
end
$$;
