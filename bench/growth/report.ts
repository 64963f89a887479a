import { barsInWords, type Judged, markdownTable, whole, wholeOr } from '../stage/table.ts'
import type { Comparison } from './measure.ts'
import type { GrowthResult } from './run.ts'

const BARS = { rate: 0.85, p99: 1.5 }

const HEADINGS = [
  ...[
    'scenario',
    'conn.',
    'empty rate/s',
    'grown rate/s',
    'grown/empty %',
    'empty p99 ms',
    'grown p99 ms',
    'p99 ×',
  ],
  ...['empty CPU µs app+db', 'grown CPU µs app+db', 'bars'],
]

const judge = ({ rateRatio, p99Ratio }: Comparison): Judged[] => [
  { bar: `rate ≥ ${BARS.rate * 100} % of empty`, isMet: rateRatio >= BARS.rate },
  { bar: `p99 ≤ ${BARS.p99} ×`, isMet: p99Ratio <= BARS.p99 },
]

/** The table and what one has to know with it, as Markdown. */
export function growthReport({ rows, size, grown }: Pick<GrowthResult, 'rows' | 'size' | 'grown'>): string {
  const cpu = ({ server, postgres }: Comparison['empty']['cpu']) => `${wholeOr(server)}+${wholeOr(postgres)}`
  const lines = rows.map((row) => [
    row.scenario,
    String(row.connections),
    whole(row.empty.rate),
    whole(row.grown.rate),
    whole(row.rateRatio * 100),
    row.empty.p99.toFixed(1),
    row.grown.p99.toFixed(1),
    row.p99Ratio.toFixed(2),
    cpu(row.empty.cpu),
    cpu(row.grown.cpu),
    barsInWords(judge(row)),
  ])
  return [
    markdownTable(HEADINGS, lines),
    '',
    `- Grown: ${size.incidents.toLocaleString('en')} incidents, ${size.deliveries.toLocaleString('en')} deliveries of 30 days; ${(grown.bytes / 1024 ** 3).toFixed(1)} GiB, written in ${whole(grown.seconds / 60)} minutes`,
    `- Medians of ${rows[0]?.empty.samples.length ?? 0} rounds; grown/empty and p99 × compare the two measurements of a round`,
  ].join('\n')
}
