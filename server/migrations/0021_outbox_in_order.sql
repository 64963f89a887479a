-- What has waited longest for a tool is found without looking at all that waits.
create index incident_outbox_in_order on incident_outbox (integration_id, number);
