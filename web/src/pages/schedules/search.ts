import { z } from 'zod'

/** What of a schedule is shown: how much, around which day. */
export const ScheduleSearch = z.object({
  view: z.enum(['week', 'month']).optional().catch(undefined),
  day: z.iso.date().optional().catch(undefined),
})
export type ScheduleSearch = z.infer<typeof ScheduleSearch>
