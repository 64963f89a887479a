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
  check (status not in ('snoozed', 'suppressed') or wake_at is not null),
  check (status <> 'open' or (wake_at is null and acknowledged_at is null and resolved_at is null)),
  check (event_count >= 1)
);
alter sequence incident_numbers owned by incidents.number;

-- A problem that is still open is one incident, however often its monitor fires.
create unique index incidents_one_active_per_key on incidents (service_id, dedup_key) where status <> 'resolved';
-- The incident before this one, of the same key; the key comes first, as it is searched for without its service too.
create index incidents_by_key on incidents (dedup_key, service_id, number desc);
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
  incident_id uuid not null references incidents,
  -- In the order in which they were written, under the lock of the incident: clocks of several servers disagree.
  number bigint not null generated always as identity,
  at timestamptz not null,
  kind text not null,
  actor jsonb not null,
  text text,
  data jsonb not null default '{}',
  primary key (incident_id, number)
);

-- Present while an incident still has someone to page. Deleting the row stops the paging.
create table escalations (
  incident_id uuid primary key references incidents,
  due_at timestamptz not null,
  step int not null default 0,
  -- When a person has acknowledged and it gets worse, only that person is told.
  only_user_id uuid references users
);
create index escalations_due on escalations (due_at);
