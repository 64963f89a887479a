create table services (
  id uuid primary key,
  name text not null,
  description text,
  acknowledgement_timeout_minutes int check (acknowledgement_timeout_minutes > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- A deleted service keeps its history; its name may be used again.
  deleted_at timestamptz
);
create unique index services_one_per_name on services (lower(name)) where deleted_at is null;

create table maintenance_windows (
  id uuid primary key,
  start_at timestamptz not null,
  end_at timestamptz not null,
  reason text not null,
  created_by text not null,
  created_at timestamptz not null,
  check (end_at > start_at)
);
create index maintenance_windows_by_end on maintenance_windows (end_at);

create table maintenance_window_services (
  window_id uuid not null references maintenance_windows on delete cascade,
  service_id uuid not null references services,
  primary key (window_id, service_id)
);
create index maintenance_window_services_by_service on maintenance_window_services (service_id);

create table integrations (
  id uuid primary key,
  service_id uuid not null references services,
  type text not null,
  -- The Integration ID that people copy: the address, and without a signing secret the only credential.
  address text not null unique check (length(address) >= 22),
  name text not null,
  enabled boolean not null default true,
  settings jsonb not null default '{}',
  -- AES-256-GCM under OPSKNIGHT_SECRET_KEY.
  signing_secret bytea,
  -- Older 401s say nothing about the present secret.
  signing_secret_set_at timestamptz,
  previous_signing_secret bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);
create index integrations_of_service on integrations (service_id) where deleted_at is null;
