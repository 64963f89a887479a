-- Lists read the numbers of what they show from one index, whatever the filters: service and severity lead, and the status, on which
-- every index of incidents depends anyway, is in it. Without them PostgreSQL would go through large parts of the table for
-- filters that hardly ever meet.
create index incidents_of_service on incidents (service_id, number desc) include (status);
create index incidents_of_severity on incidents (severity, number desc) include (status);
create index incidents_of_service_and_severity on incidents (service_id, severity, number desc) include (status);
drop index incidents_by_service;
drop index incidents_by_severity;

-- The same for a log of which hardly anything has the outcome that somebody looks for.
create index deliveries_by_outcome on deliveries (integration_id, outcome, id desc);
