-- What Sentry knows of an issue is read into the details of its incident: at once when one opens, and again while alerts go on.
alter table sentry_issues
  add column facts_incident_id uuid,
  -- When to look whether Sentry is to be asked; null when nothing is open.
  add column facts_due_at timestamptz,
  -- Whether it is to be asked then in any case.
  add column facts_wanted boolean not null default false,
  -- When it last answered.
  add column facts_at timestamptz,
  add column facts_attempts int not null default 0;
create index sentry_issues_facts_due on sentry_issues (integration_id, facts_due_at) where facts_due_at is not null;
