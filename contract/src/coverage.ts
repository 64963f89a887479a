import { z } from 'zod'
import { Id, Timestamp } from './common.ts'

export const COVERAGE_MAX_DAYS = 366
export const CoverageQuery = z.object({
  days: z.coerce.number().int().min(1).max(COVERAGE_MAX_DAYS).default(90),
})

/** A stretch of time during which an incident of this service would reach nobody with a verified contact method. */
export const CoverageGap = z.object({
  serviceId: Id,
  serviceName: z.string(),
  start: Timestamp,
  end: Timestamp,
  cause: z.string(),
})
export type CoverageGap = z.infer<typeof CoverageGap>
export const Coverage = z.object({
  from: Timestamp,
  to: Timestamp,
  services: z.int(),
  gaps: z.array(CoverageGap),
})
export type Coverage = z.infer<typeof Coverage>
