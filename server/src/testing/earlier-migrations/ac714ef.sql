-- migration: 0001_people.sql
-- People, how they sign in, and who changed what. The tables of better-auth carry our column names.
create table users (
  id uuid primary key,
  name text not null,
  email text not null unique check (email = lower(email)),
  email_verified boolean not null default false,
  image text,
  role text not null default 'viewer' check (role in ('admin', 'responder', 'viewer')),
  disabled_at timestamptz,
  last_seen_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table sessions (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index sessions_of_user on sessions (user_id);

create table accounts (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (provider_id, account_id)
);
create index accounts_of_user on accounts (user_id);

create table verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index verifications_by_identifier on verifications (identifier);

-- Failed sign-ins, so that guessing is slow whichever process answers.
create table sign_in_failures (
  key text primary key,
  failures int not null,
  window_ends_at timestamptz not null
);

-- One-time links: to set the first server up (no user) or to set somebody's password.
create table one_time_links (
  token_hash bytea primary key,
  purpose text not null check (purpose in ('setup', 'password')),
  user_id uuid references users on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  check ((purpose = 'password') = (user_id is not null))
);

create table api_keys (
  id uuid primary key,
  name text not null,
  prefix text not null,
  -- A fast hash is right here: the key is 256 random bits, nothing can be guessed.
  key_hash bytea not null unique,
  scopes text[] not null check (scopes <@ array['read', 'write', 'events', 'admin'] and cardinality(scopes) > 0),
  created_by text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);

create table audit_log (
  id uuid primary key,
  at timestamptz not null,
  actor jsonb not null,
  action text not null,
  target jsonb not null,
  data jsonb not null default '{}',
  ip text
);
-- migration: 0002_services.sql
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
  previous_signing_secret bytea,
  -- What the tool told about its installation; without secrets.
  installation jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);
create index integrations_of_service on integrations (service_id) where deleted_at is null;
-- migration: 0003_incidents.sql
create sequence incident_numbers;

create table incidents (
  id uuid primary key,
  number bigint not null unique default nextval('incident_numbers'),
  service_id uuid not null references services,
  integration_id uuid references integrations,
  dedup_key text not null check (length(dedup_key) <= 255),
  title text not null,
  description text,
  severity text not null check (severity in ('critical', 'error', 'warning', 'info')),
  -- The worst (or, where the tool says so, the latest) that events have said; a person may have set another one above.
  reported_severity text not null check (reported_severity in ('critical', 'error', 'warning', 'info')),
  urgency text not null check (urgency in ('high', 'medium', 'low')),
  status text not null check (status in ('open', 'acknowledged', 'snoozed', 'suppressed', 'resolved')),
  source text,
  link text,
  details jsonb not null default '{}',
  event_count bigint not null,
  first_event_at timestamptz not null,
  last_event_at timestamptz not null,
  created_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by jsonb,
  resolved_at timestamptz,
  resolved_by jsonb,
  assigned_to uuid references users,
  previous_id uuid references incidents,
  -- When a snoozed, suppressed or acknowledged incident opens again by itself.
  wake_at timestamptz,
  check (status <> 'acknowledged' or (acknowledged_at is not null and acknowledged_by is not null)),
  check (status <> 'resolved' or (resolved_at is not null and resolved_by is not null and wake_at is null)),
  check (status not in ('snoozed', 'suppressed') or wake_at is not null)
);
alter sequence incident_numbers owned by incidents.number;

-- A problem that is still open is one incident, however often its monitor fires.
create unique index incidents_one_active_per_key on incidents (service_id, dedup_key) where status <> 'resolved';
-- The incident before this one, of the same key.
create index incidents_by_key on incidents (service_id, dedup_key, number desc);
create index incidents_active on incidents (number desc) where status <> 'resolved';
create index incidents_by_status on incidents (status, number desc);
create index incidents_by_service on incidents (service_id, number desc);
create index incidents_by_severity on incidents (severity, number desc);
create index incidents_to_wake on incidents (wake_at) where wake_at is not null;

-- The other names of an active incident. They go when it is resolved.
create table incident_aliases (
  service_id uuid not null references services,
  alias text not null check (length(alias) <= 255),
  incident_id uuid not null references incidents,
  primary key (service_id, alias)
);
create index incident_aliases_of_incident on incident_aliases (incident_id);

create table timeline_entries (
  id uuid primary key,
  incident_id uuid not null references incidents,
  at timestamptz not null,
  kind text not null,
  actor jsonb not null,
  text text,
  data jsonb not null default '{}'
);
create index timeline_entries_of_incident on timeline_entries (incident_id, id desc);

-- Present while an incident still has someone to page. Deleting the row stops the paging.
create table escalations (
  incident_id uuid primary key references incidents,
  due_at timestamptz not null,
  step int not null default 0,
  -- When a person has acknowledged and it gets worse, only that person is told.
  only_user_id uuid references users
);
create index escalations_due on escalations (due_at);
-- migration: 0004_alerts.sql
-- Every request that arrived on an integration, with what became of it. Answers "did our alert reach you?".
-- Nothing refers to it by foreign key: its days are dropped as whole partitions when their time is over.
create table deliveries (
  id uuid not null,
  integration_id uuid not null,
  received_at timestamptz not null,
  outcome text not null check (outcome in ('accepted', 'ignored', 'rejected')),
  reason text,
  code text,
  http_status int not null,
  result text,
  kind text,
  title text,
  incident_id uuid,
  incident_number bigint,
  headers jsonb not null,
  -- Bytes, as jsonb refuses NUL, lone surrogates and deep nesting. Null when over the limit of stored bodies.
  body bytea,
  body_bytes int not null,
  body_truncated boolean not null default false,
  replay_of uuid,
  replayed_by jsonb,
  primary key (id, received_at)
) partition by range (received_at);
create index deliveries_of_integration on deliveries (integration_id, id desc);
create index deliveries_of_incident on deliveries (incident_id, id desc) where incident_id is not null;
-- Catches what arrives on a day whose partition could not be made in time.
create table deliveries_default partition of deliveries default;

-- A repeat of a message that was applied already gets the same answer and has no second effect.
create table idempotency_keys (
  integration_id uuid not null,
  key bytea not null,
  received_at timestamptz not null,
  delivery_id uuid not null,
  result jsonb not null,
  primary key (integration_id, key)
);
create index idempotency_keys_by_age on idempotency_keys (received_at);

-- Counts per minute: budgets under a storm, and the health of an integration without counting deliveries.
create table integration_minutes (
  integration_id uuid not null,
  minute timestamptz not null,
  accepted int not null default 0,
  ignored int not null default 0,
  rejected int not null default 0,
  new_incidents int not null default 0,
  stored_bodies int not null default 0,
  primary key (integration_id, minute)
);

-- Which kinds of message an integration has seen, e.g. `event_alert` but never `issue`.
create table integration_kinds (
  integration_id uuid not null,
  kind text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (integration_id, kind)
);
-- migration: 0005_search.sql
-- Search finds parts of words. Trigrams make it fast; where the extension cannot be had it still works, slower.
do $$
begin
  create extension if not exists pg_trgm;
  create index incidents_by_words on incidents using gin ((title || ' ' || coalesce(source, '') || ' ' || dedup_key) gin_trgm_ops);
exception
  when insufficient_privilege or undefined_file or feature_not_supported then
    raise notice 'pg_trgm is not available: searching incidents will be slower';
end
$$;
