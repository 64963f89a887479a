-- How many bytes of bodies a minute has stored: the budget behind their number. Refusals have a budget of their own.
alter table integration_minutes
  add column stored_bytes bigint not null default 0,
  add column kept_refusals int not null default 0;

-- What is true of a storm while its incident is active. The row goes when the incident is resolved.
create table storms (
  incident_id uuid primary key references incidents,
  -- Problems that are listed one by one, and alerts beyond that which are only counted.
  listed int not null,
  not_listed bigint not null,
  -- Of the listed ones, as the incident shows them.
  severities jsonb not null,
  first_titles text[] not null,
  last_folded_at timestamptz not null
);

-- The problems that a storm has folded into one incident, with what it takes to open one of their own.
-- Changed by whoever holds the row of the storm's incident.
create table folded_problems (
  storm_id uuid not null references incidents,
  dedup_key text not null check (length(dedup_key) <= 255),
  -- In the order in which they were folded.
  number bigint not null generated always as identity,
  state text not null check (state in ('folded', 'resolved', 'opened')),
  title text not null,
  severity text not null check (severity in ('critical', 'error', 'warning', 'info')),
  source text,
  link text,
  event jsonb not null,
  event_count bigint not null check (event_count >= 1),
  first_event_at timestamptz not null,
  last_event_at timestamptz not null,
  incident_id uuid references incidents,
  check ((state = 'opened') = (incident_id is not null)),
  primary key (storm_id, dedup_key)
);

-- The names of problems that wait in an active storm: each waits in one place only. They go with the waiting.
create table folded_names (
  service_id uuid not null references services,
  name text not null check (length(name) <= 255),
  storm_id uuid not null,
  dedup_key text not null,
  primary key (service_id, name),
  foreign key (storm_id, dedup_key) references folded_problems
);
create index folded_names_of_problem on folded_names (storm_id, dedup_key);
