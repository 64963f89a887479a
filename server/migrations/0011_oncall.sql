-- Somebody may be added to whoever is on call, in nobody's place: to look over their shoulder.
alter table schedule_overrides
  add column beside boolean not null default false,
  add check (not beside or (user_id is not null and replaces is null));
