import { barsOf, judge, MEMORY_BARS } from './bars.ts'
import type { Check } from './checks.ts'
import { median } from './figures.ts'
import type { Row } from './measure.ts'

export type Memory = { now: number; most: number } | null

const HEADINGS = [
  'scenario',
  'conn.',
  'rate/s',
  '% of floor',
  'p50 ms',
  'p99 ms',
  'worst ms',
  'CPU µs app+db',
  'bars',
]

/** The table that people read: as Markdown, so that it can be pasted. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.scenario,
    String(row.connections),
    whole(row.rate),
    whole(row.share * 100),
    row.p50.toFixed(1),
    row.p99.toFixed(1),
    whole(row.worst),
    `${inWhole(row.cpu.server)}+${inWhole(row.cpu.postgres)}`,
    barsIn(judge(barsOf(row.scenario, row.connections), row)),
  ])
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...lines.map((line) => line[column]!.length)),
  )
  const lineOf = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [lineOf(HEADINGS), rule, ...lines.map(lineOf)].join('\n')
}

const whole = (value: number) => value.toFixed(0)
const inWhole = (value: number | null) => (value === null ? '?' : whole(value))

const barsIn = (judged: { bar: string; isMet: boolean }[]) =>
  judged.map(({ bar, isMet }) => `${bar} ${isMet ? '✓' : 'MISSED'}`).join(', ')

export function memoryLine(atRest: Memory, after: Memory): string {
  if (!atRest || !after) return 'Memory of the server: not known on this system'
  const judged = [
    { bar: `at rest < ${MEMORY_BARS.atRest}`, isMet: atRest.now < MEMORY_BARS.atRest },
    { bar: `after < ${MEMORY_BARS.after}`, isMet: after.now < MEMORY_BARS.after },
  ]
  const [rest, now, most] = [atRest.now, after.now, after.most].map(whole)
  return `Memory of the server, MiB: ${rest} at rest, ${now} after, ${most} at most (${barsIn(judged)})`
}

/** How busy the sender was at most: a rate it could not have sent more of is its own, not the server's. */
export function generatorLine(rows: readonly Row[]): string {
  const shares = rows.flatMap(({ samples }) => samples.map(({ server }) => server.generatorShare))
  return `The sender took at most ${whole(Math.max(...shares) * 100)} % of one processor while the server was measured`
}

/** Figures of a machine that others use too say little; the shares of the bare server say more. */
export function othersLine(rows: readonly Row[]): string {
  const shares = rows.flatMap(({ samples }) => samples.map(({ others }) => others))
  const known = shares.filter((share) => share !== null)
  if (known.length === 0) return 'How much other programs took of the processors is not known on this system'
  return `Other programs took ${whole(median(known) * 100)} % of the processors meanwhile (median; ${whole(Math.max(...known) * 100)} % at most)`
}

export const checkLines = (checks: readonly Check[]): string[] =>
  checks.map(({ what, expected, found }) =>
    expected === found
      ? `ok    ${what}: ${found}`
      : `WRONG ${what}: expected ${expected}, found ${found} (${found - expected > 0 ? '+' : ''}${found - expected})`,
  )
