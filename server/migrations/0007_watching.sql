-- The way that OpsKnight takes to watch itself: a service and an integration to which it delivers every minute. They are
-- marked as deleted from the start, so that no list, page, count or search knows them; only the front door does.
alter table services add column is_system boolean not null default false,
  add constraint services_system_is_hidden check (not is_system or deleted_at is not null);
create unique index services_one_system on services (is_system) where is_system;
alter table integrations add column is_system boolean not null default false,
  add constraint integrations_system_is_hidden check (not is_system or deleted_at is not null);
create unique index integrations_one_system on integrations (is_system) where is_system;

-- When a worker, of whichever process, has last done everything that was due.
create table worker_sweeps (
  only_row boolean primary key default true check (only_row),
  swept_at timestamptz not null
);
