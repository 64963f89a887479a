/** A service with the integration that its alerts come in on. */
export type SeededService = {
  id: string
  name: string
  integration: { ref: string; name: string }
}

/** What a database is to look as if it had received over the years. */
export type SeedPlan = {
  incidents: number
  /** Of the last 30 days. */
  deliveries: number
  now: Date
  /** The first ones have the most alerts. */
  services: readonly SeededService[]
  userIds: readonly string[]
  /** How many incidents are still active, about; otherwise one of 250, and 4,000 at most. */
  active?: number
}

/** The plan with what follows from it. The n-th incident, from 1 on, has the number `firstNumber + n - 1`. */
export type Seed = SeedPlan & {
  firstNumber: number
  /** Incidents begin evenly over this time, in milliseconds since 1970. */
  startMs: number
  spanMs: number
  /** Every fifth incident is a problem that had one so many incidents before. */
  cycle: number
  /** Every so manieth incident is still active, and of the newest hundredth every so manieth. */
  activeEvery: number
  recentActiveEvery: number
}

const DAY_MS = 24 * 3600 * 1000
export const DELIVERY_DAYS = 30
const INCIDENT_DAYS = 400
const RECURRING_EVERY = 5

export function seedOf(plan: SeedPlan, firstNumber: number): Seed {
  const { incidents, now } = plan
  const active = plan.active ?? Math.min(Math.max(incidents / 250, 50), 4_000)
  const spanMs = INCIDENT_DAYS * DAY_MS
  return {
    ...plan,
    firstNumber,
    startMs: now.getTime() - spanMs,
    spanMs,
    cycle: upToMultiple(incidents / 10),
    // Never one that recurs: only the newest incident of a key may be active.
    activeEvery: upToMultiple(incidents / (0.3 * active)),
    recentActiveEvery: upToMultiple(incidents / 100 / (0.7 * active)),
  }
}

const upToMultiple = (value: number) => RECURRING_EVERY * Math.max(1, Math.ceil(value / RECURRING_EVERY))

/** Numbers from 1 to `count`, in parts. */
export function partsOf(count: number, size: number): { from: number; to: number }[] {
  const parts = []
  for (let from = 1; from <= count; from += size) parts.push({ from, to: Math.min(count, from + size - 1) })
  return parts
}
