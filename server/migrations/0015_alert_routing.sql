-- Opened by an alert rule that says to page nobody.
alter table incidents add column is_quiet boolean not null default false;

-- What a tool says of its problem is about every incident that its integration has opened for it, on whichever service.
create index incident_aliases_by_alias on incident_aliases (alias);
