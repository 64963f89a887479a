import type { Report, Round } from './run.ts'

const HEADINGS = [
  ...['fault', 'rounds', 'kills', 'outages', 'deliveries', 'accepted', 'queued', '503', 'no answer'],
  ...['worst answer', 'back after', 'differences'],
]

/** What happened under each fault, as a Markdown table. */
export function tableOf({ rounds }: Report): string {
  const byFault = Map.groupBy(rounds, ({ fault }) => fault)
  const lines = [...byFault].map(([fault, own]) => [fault, ...figuresOf(own)])
  const all = [...lines, ['**all**', ...figuresOf(rounds)]]
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...all.map((line) => line[column]!.length)),
  )
  const lineOf = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [lineOf(HEADINGS), rule, ...all.map(lineOf)].join('\n')
}

function figuresOf(rounds: readonly Round[]): string[] {
  const sum = (figure: (round: Round) => number) =>
    rounds.reduce((total, round) => total + figure(round), 0).toLocaleString('en')
  const answers = (status: number) => sum(({ ledger }) => ledger.answers.get(status) ?? 0)
  const most = (figure: (round: Round) => number) => Math.max(...rounds.map(figure))
  return [
    String(rounds.length),
    sum(({ kills = 0 }) => kills),
    sum(({ outages = 0 }) => outages),
    sum(({ ledger }) => [...ledger.answers.values()].reduce((total, times) => total + times, 0)),
    answers(202),
    sum(({ ledger }) => ledger.queued),
    answers(503),
    answers(0),
    seconds(most(({ ledger }) => ledger.worstMs)),
    seconds(most(({ recoveredMs }) => recoveredMs ?? Number.POSITIVE_INFINITY)),
    sum(({ differences }) => differences.length),
  ]
}

const seconds = (milliseconds: number) =>
  Number.isFinite(milliseconds) ? `${(milliseconds / 1_000).toFixed(1)} s` : 'never'

/** In how many rounds the database differed from what senders were told. */
export const failedRounds = ({ rounds }: Report): number =>
  rounds.filter(({ differences }) => differences.length > 0).length
