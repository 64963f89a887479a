import type { z } from 'zod'
import type { IncidentReference } from '#contract/integrations.ts'
import type { Incident } from '../incidents/model.ts'

/** The incident as webhooks answer it. */
export const toReference = (incident: Incident, publicUrl: string): z.infer<typeof IncidentReference> => ({
  id: incident.id,
  number: incident.number,
  title: incident.title,
  status: incident.status,
  severity: incident.severity,
  urgency: incident.urgency,
  url: `${publicUrl}/incidents/${incident.number}`,
})
