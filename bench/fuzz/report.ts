import type { Fault, Plan, Report } from './run.ts'

const GROWTH_MAX = 0.2

/** What is wrong with the heap: it must be as large afterwards as after the warm-up. Null when it is. */
export function heapGrowth({ heap }: Pick<Report, 'heap'>): string | null {
  const change = heap.after.heapUsed / heap.warm.heapUsed - 1
  if (Math.abs(change) <= GROWTH_MAX) return null
  return `The heap changed by ${percent(change)}: from ${mebibytes(heap.warm.heapUsed)} to ${mebibytes(heap.after.heapUsed)}.`
}

export function linesOf(plan: Plan, report: Report): string[] {
  const { sent, rate, statuses, operations, heap, faults } = report
  const counts = [...statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
  return [
    `${sent} requests, ${Math.round(rate)}/s, seed ${plan.seed}; ${operations.called} kinds, of ${operations.known} operations of the API and every fixture.`,
    `Answers: ${counts.join(', ')}.`,
    `Heap after garbage collection: ${mebibytes(heap.warm.heapUsed)} warm, ${mebibytes(heap.after.heapUsed)} after (${percent(heap.after.heapUsed / heap.warm.heapUsed - 1)}); resident ${mebibytes(heap.warm.rss)}, ${mebibytes(heap.after.rss)}.`,
    ...(sent < plan.requests ? [`Ended early: ${plan.requests - sent} were not sent.`] : []),
    ...faults.flatMap(faultLines),
    ...[heapGrowth(report)].filter((line) => line !== null),
    faults.length === 0 ? 'No answer was wrong.' : `${faults.length} kinds of answers were wrong.`,
  ]
}

const faultLines = ({ what, index, request, answer, curl }: Fault): string[] => [
  '',
  `WRONG ${what}: ${request.route} as ${request.caller}, request ${index}`,
  ...(answer ? [`  ${answer.status} ${answer.text.slice(0, 500)}`] : []),
  `  ${curl}`,
]

const mebibytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MiB`
const percent = (share: number) => `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`
