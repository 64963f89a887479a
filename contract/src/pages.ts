import { z } from 'zod'
import { Channel } from './channels.ts'
import { Id, PageQuery, pageOf, Timestamp, Urgency } from './common.ts'

/**
 * The life of a page: `due → sending → sent → delivered → seen`, or `failed`. `cancelled`: somebody had the incident before it
 * went out. `skipped`: it could not be sent at all, e.g. to an address that is not verified.
 */
export const PageStatus = z.enum([
  'due',
  'sending',
  'sent',
  'delivered',
  'seen',
  'failed',
  'cancelled',
  'skipped',
])
export type PageStatus = z.infer<typeof PageStatus>

/** Why somebody is paged: a step of the policy, because it got worse, its end, because nobody else can be reached, or as a test. */
export const PageCause = z.enum(['escalation', 'worse', 'fallback', 'administrators', 'test'])
export type PageCause = z.infer<typeof PageCause>

/** One attempt set to reach one person through one contact method about one incident. */
export const PageView = z.object({
  id: Id,
  incidentId: Id.nullable(),
  incidentNumber: z.int().nullable(),
  incidentTitle: z.string().nullable(),
  userId: Id,
  userName: z.string(),
  /** Null where the person has nothing to be reached by. */
  channel: Channel.nullable(),
  /** Masked. */
  address: z.string().nullable(),
  status: PageStatus,
  reason: z.string().nullable(),
  urgency: Urgency,
  cause: PageCause,
  /** The step of the policy, from 1, and how often the policy had run before. */
  step: z.int().nullable(),
  cycle: z.int().nullable(),
  dueAt: Timestamp,
  sentAt: Timestamp.nullable(),
  deliveredAt: Timestamp.nullable(),
  seenAt: Timestamp.nullable(),
  attempts: z.int(),
  /** What came back, e.g. an acknowledgement. */
  answer: z.object({ action: z.string(), at: Timestamp }).nullable(),
})
export type PageView = z.infer<typeof PageView>
export const PageViews = z.array(PageView)
export const PagePage = pageOf(PageView)

export const PageLogQuery = PageQuery.extend({ userId: Id.optional(), status: PageStatus.optional() })
export type PageLogQuery = z.infer<typeof PageLogQuery>
