import { barsInWords, type Judged, markdownTable } from '../stage/table.ts'
import type { Row } from './measure.ts'
import type { ReadsResult } from './run.ts'

/** Milliseconds, at 1 million incidents. */
const P99_BAR = 50

const HEADINGS = ['request', 'p50 ms', 'p99 ms', 'worst ms', 'bars']

const judge = ({ p99 }: Row): Judged[] => [{ bar: `p99 < ${P99_BAR}`, isMet: p99 < P99_BAR }]

/** The table and what one has to know with it, as Markdown. */
export function readsReport({ rows, size }: Pick<ReadsResult, 'rows' | 'size'>): string {
  const lines = rows.map((row) => [
    row.name,
    row.p50.toFixed(1),
    row.p99.toFixed(1),
    row.worst.toFixed(0),
    barsInWords(judge(row)),
  ])
  const missed = rows.filter((row) => judge(row).some(({ isMet }) => !isMet))
  return [
    markdownTable(HEADINGS, lines),
    '',
    `- ${size.incidents.toLocaleString('en')} incidents, ${size.deliveries.toLocaleString('en')} deliveries of 30 days`,
    `- ${rows.length - missed.length} of ${rows.length} kinds of request reach the bar`,
  ].join('\n')
}
