-- A person has linked a problem of a tool to an incident that was there already: what the tool says of the problem reaches that
-- incident, and the tool is told what happens to it.
create table incident_links (
  integration_id uuid not null references integrations,
  dedup_key text not null check (length(dedup_key) <= 255),
  incident_id uuid not null references incidents,
  created_at timestamptz not null,
  primary key (integration_id, dedup_key)
);
create index incident_links_of_incident on incident_links (incident_id);
