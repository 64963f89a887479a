-- Integrations whose tool is told what happens to their incidents.
alter table integrations add column has_outbox boolean not null default false;

-- What happened to incidents of those, written in the transaction in which it happened, until the tool has been told. Numbered in
-- the order in which it happened to each problem, as it is written under the lock of the incident.
create table incident_outbox (
  number bigint primary key generated always as identity,
  integration_id uuid not null,
  incident_id uuid not null,
  dedup_key text not null,
  at timestamptz not null,
  kind text not null,
  actor jsonb not null,
  text text,
  data jsonb not null default '{}'
);
create index incident_outbox_of_problem on incident_outbox (integration_id, dedup_key, number);

-- The way back to the Sentry organization whose alerts come in on an integration.
create table sentry_connections (
  integration_id uuid primary key references integrations,
  -- Without a slash at its end: https://sentry.io
  url text not null,
  -- Its slug.
  organization text not null,
  -- AES-256-GCM under OPSKNIGHT_SECRET_KEY.
  token bytea not null,
  behaviour jsonb not null default '{}',
  -- As the last check found them; null when it could not.
  installation_uuid text,
  app_uuid text,
  app_slug text,
  scopes text[],
  checked_at timestamptz,
  problem text,
  -- Sentry refused the token, or this use of it: nothing more is tried until somebody has checked it again.
  reads_refused_at timestamptz,
  writes_refused_at timestamptz,
  refusal text,
  -- Sentry asked for a pause (429).
  paused_until timestamptz,
  reconcile_due_at timestamptz not null,
  reconciled_at timestamptz,
  reconcile_problem text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index sentry_connections_by_installation on sentry_connections (installation_uuid);

-- How far Sentry has been told of a problem: a row with a time, like an escalation.
create table sentry_issues (
  integration_id uuid not null references integrations,
  dedup_key text not null,
  -- When it is to be tried again; null when nothing stands in the way.
  due_at timestamptz,
  attempts int not null default 0,
  leased_until timestamptz,
  problem text,
  -- The last few states that OpsKnight has set, noted before each request: a message that reports one of them is its echo.
  written jsonb not null default '[]',
  -- The incident that Sentry shows beside the issue.
  linked_incident_id uuid,
  updated_at timestamptz not null,
  primary key (integration_id, dedup_key)
);

-- A host that does not answer is left alone for a while, by every process.
create table sentry_hosts (
  host text primary key,
  failures int not null default 0,
  closed_until timestamptz
);

-- Deliveries that Sentry says it has sent and that never arrived.
create table sentry_missing_deliveries (
  integration_id uuid not null references integrations,
  at timestamptz not null,
  kind text not null,
  -- What Sentry got for an answer; 0 when it got none in time.
  response_code int not null,
  found_at timestamptz not null,
  primary key (integration_id, at, kind)
);
