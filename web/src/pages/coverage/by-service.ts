import type { CoverageGap } from '#contract/coverage.ts'

export type ServiceGaps = { id: string; name: string; gaps: CoverageGap[]; hours: number }

const HOUR_MS = 3_600_000

/** The gaps of each service, soonest first; the service with the most uncovered time leads. */
export function byService(gaps: readonly CoverageGap[]): ServiceGaps[] {
  const services = new Map<string, ServiceGaps>()
  for (const gap of gaps.toSorted((one, other) => one.start.localeCompare(other.start))) {
    const { serviceId: id, serviceName: name } = gap
    const service = services.get(id) ?? { id, name, gaps: [], hours: 0 }
    service.gaps.push(gap)
    service.hours += (Date.parse(gap.end) - Date.parse(gap.start)) / HOUR_MS
    services.set(id, service)
  }
  return [...services.values()].toSorted(
    (one, other) => other.hours - one.hours || one.name.localeCompare(other.name),
  )
}
