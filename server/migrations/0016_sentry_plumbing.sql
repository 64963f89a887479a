-- Why a host that is left alone did not answer.
alter table sentry_hosts add column problem text;

-- When the administrators are to be told that Sentry has refused the token; null when there is nothing to tell.
alter table sentry_connections add column notice_due_at timestamptz;
