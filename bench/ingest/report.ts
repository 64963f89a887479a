import { median } from '../stage/figures.ts'
import { barsInWords, markdownTable, whole, wholeOr } from '../stage/table.ts'
import { barsOf, judge, MEMORY_BARS } from './bars.ts'
import type { Row } from './measure.ts'
import type { IngestResult } from './run.ts'

type Memory = IngestResult['memory']['atRest']

const HEADINGS = [
  'scenario',
  'conn.',
  'servers',
  'rate/s',
  '% of floor',
  'p50 ms',
  'p99 ms',
  'worst ms',
  'CPU µs app+db',
  'bars',
]

/** The table and what one has to know with it, as Markdown. */
export const ingestReport = ({ rows, memory }: Pick<IngestResult, 'rows' | 'memory'>): string =>
  [
    tableOf(rows),
    '',
    `- ${memoryLine(memory.atRest, memory.after)}`,
    `- ${generatorLine(rows)}`,
    `- ${othersLine(rows)}`,
  ].join('\n')

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.scenario,
    String(row.connections),
    String(row.servers),
    whole(row.rate),
    whole(row.share * 100),
    row.p50.toFixed(1),
    row.p99.toFixed(1),
    whole(row.worst),
    `${wholeOr(row.cpu.server)}+${wholeOr(row.cpu.postgres)}`,
    barsInWords(judge(barsOf(row.scenario, row.connections), row)),
  ])
  return markdownTable(HEADINGS, lines)
}

function memoryLine(atRest: Memory, after: Memory): string {
  if (!atRest || !after) return 'Memory of the server: not known on this system'
  const judged = [
    { bar: `at rest < ${MEMORY_BARS.atRest}`, isMet: atRest.now < MEMORY_BARS.atRest },
    { bar: `after < ${MEMORY_BARS.after}`, isMet: after.now < MEMORY_BARS.after },
  ]
  const [rest, now, most] = [atRest.now, after.now, after.most].map(whole)
  return `Memory of the server, MiB: ${rest} at rest, ${now} after, ${most} at most (${barsInWords(judged)})`
}

/** How busy the sender was at most: a rate it could not have sent more of is its own, not the server's. */
function generatorLine(rows: readonly Row[]): string {
  const shares = rows.flatMap(({ samples }) => samples.map(({ server }) => server.generatorShare))
  return `The sender took at most ${whole(Math.max(...shares) * 100)} % of one processor while the server was measured`
}

/** Figures of a machine that others use too say little; the shares of the bare server say more. */
function othersLine(rows: readonly Row[]): string {
  const shares = rows.flatMap(({ samples }) => samples.map(({ others }) => others))
  const known = shares.filter((share) => share !== null)
  if (known.length === 0) return 'How much other programs took of the processors is not known on this system'
  return `Other programs took ${whole(median(known) * 100)} % of the processors meanwhile (median; ${whole(Math.max(...known) * 100)} % at most)`
}
