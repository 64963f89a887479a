-- Paging: whom an incident reaches, by which way, and what became of every attempt.

alter table users
  add column time_zone text not null default 'UTC',
  add column locale text not null default 'en',
  -- A person who is deleted stays as a name in the history.
  add column deleted_at timestamptz;

create table teams (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index teams_one_per_name on teams (lower(name));

create table team_members (
  team_id uuid not null references teams on delete cascade,
  user_id uuid not null references users,
  is_lead boolean not null default false,
  primary key (team_id, user_id)
);
create index team_members_of_user on team_members (user_id);

create table contact_methods (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  channel text not null,
  -- As people may see it: of an address that is a credential only enough to tell it apart.
  address text not null,
  -- The whole of an address that is a credential: AES-256-GCM under OPSKNIGHT_SECRET_KEY.
  sealed_address bytea,
  address_hash bytea not null,
  label text,
  verified_at timestamptz,
  -- What proves that the address is this person's; six digits or the token of a link, as a hash.
  code_hash bytea,
  code_expires_at timestamptz,
  code_tries int not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (user_id, channel, address_hash)
);
-- A reply comes with nothing but the address it was sent from.
create index contact_methods_by_address on contact_methods (channel, address_hash);

create table notification_rules (
  user_id uuid not null references users on delete cascade,
  urgency text not null check (urgency in ('high', 'medium', 'low')),
  contact_method_id uuid not null references contact_methods on delete cascade,
  delay_minutes int not null check (delay_minutes between 0 and 1440),
  primary key (user_id, urgency, contact_method_id, delay_minutes)
);
create index notification_rules_of_method on notification_rules (contact_method_id);

create table schedules (
  id uuid primary key,
  name text not null,
  time_zone text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index schedules_one_per_name on schedules (lower(name));

create table rotations (
  id uuid primary key,
  schedule_id uuid not null references schedules on delete cascade,
  -- Later ones lie on top.
  position int not null,
  name text not null,
  -- Wall-clock time in the schedule's zone, `2026-11-23T09:00`.
  start_local text not null,
  every_count int not null check (every_count >= 1),
  every_unit text not null check (every_unit in ('hour', 'day', 'week')),
  -- `[{days: [1-7], from: '09:00', to: '17:00'}]`; empty: always.
  restrictions jsonb not null default '[]',
  unique (schedule_id, position)
);

-- A member may hold several places.
create table rotation_members (
  rotation_id uuid not null references rotations on delete cascade,
  position int not null,
  user_id uuid not null references users,
  primary key (rotation_id, position)
);
create index rotation_members_of_user on rotation_members (user_id);

create table schedule_overrides (
  id uuid primary key,
  schedule_id uuid not null references schedules on delete cascade,
  start_at timestamptz not null,
  end_at timestamptz not null,
  -- Null: nobody is on call.
  user_id uuid references users,
  -- Only this person's part of the shifts is replaced; null: everybody's.
  replaces uuid references users,
  created_by jsonb not null,
  created_at timestamptz not null,
  check (end_at > start_at)
);
create index schedule_overrides_of_schedule on schedule_overrides (schedule_id, end_at);
create index schedule_overrides_of_user on schedule_overrides (user_id);

-- Somebody offers to take a shift; it becomes an override once whoever gives it away agrees.
create table shift_swaps (
  id uuid primary key,
  schedule_id uuid not null references schedules on delete cascade,
  start_at timestamptz not null,
  end_at timestamptz not null,
  from_user_id uuid not null references users,
  to_user_id uuid not null references users,
  requested_by uuid not null references users,
  status text not null check (status in ('requested', 'accepted', 'declined', 'withdrawn')),
  override_id uuid references schedule_overrides on delete set null,
  created_at timestamptz not null,
  decided_at timestamptz,
  check (end_at > start_at)
);
create index shift_swaps_of_schedule on shift_swaps (schedule_id, created_at);

-- The secret addresses of iCalendar feeds. Only a hash of each is kept.
create table calendar_feeds (
  token_hash bytea primary key,
  schedule_id uuid references schedules on delete cascade,
  user_id uuid references users on delete cascade,
  created_by uuid references users on delete cascade,
  created_at timestamptz not null,
  check ((schedule_id is null) <> (user_id is null))
);

create table escalation_policies (
  id uuid primary key,
  name text not null,
  -- The version that new incidents start with.
  version int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);
create unique index escalation_policies_one_per_name on escalation_policies (lower(name)) where deleted_at is null;

-- What a policy said at a time; never changed, as incidents finish on the version that they started with.
create table escalation_policy_versions (
  policy_id uuid not null references escalation_policies,
  version int not null,
  -- How often the whole is repeated after the first time.
  repeat int not null check (repeat between 0 and 9),
  -- `[{waitMinutes, targets: [{type, id}]}]`
  steps jsonb not null,
  -- Who is paged when the last step has passed without an answer; null: the administrators.
  fallback jsonb,
  created_at timestamptz not null,
  primary key (policy_id, version)
);

-- Whom the present version of a policy names: none of them can be deleted meanwhile.
create table escalation_policy_targets (
  policy_id uuid not null references escalation_policies on delete cascade,
  user_id uuid references users,
  schedule_id uuid references schedules,
  team_id uuid references teams,
  check (num_nonnulls(user_id, schedule_id, team_id) = 1)
);
create index escalation_policy_targets_of_policy on escalation_policy_targets (policy_id);
create index escalation_policy_targets_of_user on escalation_policy_targets (user_id) where user_id is not null;
create index escalation_policy_targets_of_schedule on escalation_policy_targets (schedule_id) where schedule_id is not null;
create index escalation_policy_targets_of_team on escalation_policy_targets (team_id) where team_id is not null;

alter table services add column escalation_policy_id uuid references escalation_policies;
create index services_of_escalation_policy on services (escalation_policy_id) where escalation_policy_id is not null;

-- An escalation that has nobody left to page stays, without a time, until somebody has the incident.
alter table escalations
  alter column due_at drop not null,
  add column policy_id uuid,
  add column policy_version int,
  add column cycle int not null default 0,
  add column cycle_started_at timestamptz,
  -- Why it has ended, in words; null while it goes on.
  add column ended_reason text,
  add foreign key (policy_id, policy_version) references escalation_policy_versions,
  add check (due_at is not null or ended_reason is not null);

-- One attempt set to reach one person through one contact method about one incident.
create table pages (
  id uuid primary key,
  -- The same whenever it is sent again, so that a second one can be recognised. Pages that went out as one message share it.
  key text not null,
  incident_id uuid references incidents,
  user_id uuid not null references users,
  contact_method_id uuid references contact_methods on delete set null,
  channel text,
  -- Masked, as it was then.
  address text,
  urgency text not null check (urgency in ('high', 'medium', 'low')),
  cause text not null check (cause in ('escalation', 'worse', 'fallback', 'administrators', 'test')),
  step int,
  cycle int,
  status text not null check (status in ('due', 'sending', 'sent', 'delivered', 'seen', 'failed', 'cancelled', 'skipped')),
  reason text,
  due_at timestamptz not null,
  -- When it is worth trying again; or, while it is being sent, when whoever sends it counts as dead.
  next_attempt_at timestamptz,
  attempts int not null default 0,
  -- What the provider calls it, by which its receipts are matched.
  provider_id text,
  created_at timestamptz not null,
  sent_at timestamptz,
  delivered_at timestamptz,
  seen_at timestamptz,
  -- What came back: `{action, at, by}`.
  answer jsonb,
  check ((status in ('due', 'sending')) = (next_attempt_at is not null)),
  check (status not in ('failed', 'skipped', 'cancelled') or reason is not null)
);
create index pages_to_send on pages (next_attempt_at) where next_attempt_at is not null;
create index pages_of_incident on pages (incident_id, id);
create index pages_waiting_of_incident on pages (incident_id) where next_attempt_at is not null;
create index pages_of_user on pages (user_id, id desc);
create index pages_by_status on pages (status, id desc);
create index pages_by_provider on pages (channel, provider_id) where provider_id is not null;

-- When a person was last paged at once, and how urgently: what follows within moments is gathered into one page.
create table page_windows (
  user_id uuid primary key references users on delete cascade,
  opened_at timestamptz not null,
  urgency text not null check (urgency in ('high', 'medium', 'low'))
);

-- What an administrator has entered for a channel; sealed as a whole, as it holds credentials.
create table channel_settings (
  channel text primary key,
  sealed bytea not null,
  updated_at timestamptz not null
);

-- Keys that this installation has made for itself, e.g. those of Web Push.
create table installation_secrets (
  name text primary key,
  sealed bytea not null,
  created_at timestamptz not null
);
