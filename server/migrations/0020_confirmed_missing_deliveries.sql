-- A second look has found it missing as well: right after an outage deliveries are still being written down.
alter table sentry_missing_deliveries add column confirmed boolean not null default false;
