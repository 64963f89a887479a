-- Whom the present cycle of an escalation has paged, as nobody is paged twice in one, and when it paged somebody last.
alter table escalations
  add column reached uuid[] not null default '{}',
  add column reached_at timestamptz;
