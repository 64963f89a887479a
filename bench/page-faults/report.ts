import { markdownTable } from '../stage/table.ts'
import type { Round } from './run.ts'

const HEADINGS = ['the worker died after', 'kills', 'messages', 'came again, same key', 'differences']

/** What happened, by how far the worker had come, as a Markdown table. */
export function tableOf(rounds: readonly Round[]): string {
  const byPhase = Map.groupBy(rounds, ({ phase }) => phase ?? '(it lived)')
  const lines = [...byPhase].map(([phase, own]) => [phase, ...figuresOf(own)])
  return markdownTable(HEADINGS, [...lines, ['**all**', ...figuresOf(rounds)]])
}

function figuresOf(rounds: readonly Round[]): string[] {
  const sum = (figure: (round: Round) => number) =>
    rounds.reduce((total, round) => total + figure(round), 0).toLocaleString('en')
  return [
    sum(({ phase }) => (phase === null ? 0 : 1)),
    sum(({ messages }) => messages),
    sum(({ duplicates }) => duplicates),
    sum(({ differences }) => differences.length),
  ]
}
