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
