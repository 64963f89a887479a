import { z } from 'zod'

/** What `/readyz` says: whether deliveries can be taken, and by which way. `waiting` are those that have yet to take effect. */
export const Readiness = z.union([
  z.object({ status: z.literal('ready'), via: z.literal('database') }),
  z.object({
    status: z.literal('ready'),
    via: z.literal('journal'),
    /** Left out when the database answers again and the journal is being emptied. */
    database: z.literal('away').optional(),
    waiting: z.number().int(),
  }),
  z.object({ status: z.literal('unavailable'), reason: z.string() }),
])
export type Readiness = z.infer<typeof Readiness>
