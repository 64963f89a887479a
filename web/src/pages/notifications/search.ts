import { z } from 'zod'
import { PageStatus } from '#contract/pages.ts'

/** The filters of the log as they stand in its URL; what makes no sense there is dropped. */
export const NotificationSearch = z.object({
  status: PageStatus.optional().catch(undefined),
  person: z.string().max(200).optional().catch(undefined),
})
export type NotificationSearch = {
  status?: PageStatus | undefined
  person?: string | undefined
}
