import { z } from 'zod'
import { Id, Severity } from './common.ts'
import { IncidentStatus } from './incidents.ts'

/** What a person can do from where a page arrived. */
export const ReplyAction = z.enum(['acknowledge', 'resolve'])
export type ReplyAction = z.infer<typeof ReplyAction>

/** An incident of a page as it stands now. */
export const PagedIncidentView = z.object({
  id: Id,
  number: z.int(),
  title: z.string(),
  severity: Severity,
  status: IncidentStatus,
  serviceName: z.string(),
  acknowledgedBy: z.string().nullable(),
  resolvedBy: z.string().nullable(),
  url: z.string(),
  /** Why what was asked could not be done to it; null when it was done, or nothing was asked. */
  problem: z.string().nullable(),
})
export type PagedIncidentView = z.infer<typeof PagedIncidentView>

/** What a page was about, for whoever has its token. Empty incidents: it was a test. */
export const ReplyView = z.object({
  person: z.object({ name: z.string() }),
  incidents: z.array(PagedIncidentView),
})
export type ReplyView = z.infer<typeof ReplyView>

export const ReplyParams = z.object({ token: z.string().max(200) })

/** `incidentId`: only that one of the page's incidents. */
export const Reply = z.object({ action: ReplyAction, incidentId: Id.optional() })
export type Reply = z.infer<typeof Reply>
