-- When Sentry is asked again what the token may do, as a check could not come to its end; null when it has.
alter table sentry_connections
  add column check_due_at timestamptz,
  add column check_attempts int not null default 0;
update sentry_connections set check_due_at = now() where scopes is null and reads_refused_at is null;
