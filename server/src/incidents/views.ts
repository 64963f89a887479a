import type { Selectable } from 'kysely'
import type { IncidentSummary, IncidentView, Paging, TimelineEntry } from '#contract/incidents.ts'
import type { Schema } from '../platform/schema.ts'
import type { SummaryRow } from './list.ts'
import type { DetailRow } from './queries.ts'

const iso = (at: Date | null) => at?.toISOString() ?? null

export const toSummary = (row: SummaryRow): IncidentSummary => ({
  id: row.id,
  number: row.number,
  title: row.title,
  status: row.status,
  severity: row.severity,
  urgency: row.urgency,
  serviceId: row.service_id,
  serviceName: row.service_name,
  source: row.source,
  dedupKey: row.dedup_key,
  link: row.link,
  eventCount: row.event_count,
  firstEventAt: row.first_event_at.toISOString(),
  lastEventAt: row.last_event_at.toISOString(),
  createdAt: row.created_at.toISOString(),
  acknowledgedAt: iso(row.acknowledged_at),
  acknowledgedBy: row.acknowledged_by,
  resolvedAt: iso(row.resolved_at),
  resolvedBy: row.resolved_by,
  snoozedUntil: row.status === 'snoozed' ? iso(row.wake_at) : null,
  assignedTo: row.assigned_to ? { id: row.assigned_to, name: row.assigned_name ?? '' } : null,
})

export const toEntry = (row: Selectable<Schema['timeline_entries']>): TimelineEntry => ({
  id: String(row.number),
  at: row.at.toISOString(),
  kind: row.kind,
  actor: row.actor,
  text: row.text,
  data: row.data,
})

export const toView = (
  row: DetailRow,
  storm: IncidentView['storm'],
  paging: Paging,
  timeline: TimelineEntry[],
): IncidentView => ({
  ...toSummary(row),
  description: row.description,
  details: row.details,
  integration:
    row.integration_ref && row.integration_name && row.integration_type
      ? { ref: row.integration_ref, name: row.integration_name, type: row.integration_type }
      : null,
  previousIncident:
    row.previous_id && row.previous_number !== null
      ? { id: row.previous_id, number: row.previous_number }
      : null,
  suppressedUntil: row.status === 'suppressed' ? iso(row.wake_at) : null,
  storm,
  paging,
  timeline,
})
