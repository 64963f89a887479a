import { z } from 'zod'

/** How far ahead the coverage is looked at. */
export const CoverageSearch = z.object({
  days: z.coerce
    .number()
    .pipe(z.union([z.literal(7), z.literal(30), z.literal(90), z.literal(365)]))
    .optional()
    .catch(undefined),
})
