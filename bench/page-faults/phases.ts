/** What a worker has done last, by the statement that was answered; the words of the report. */
export const PHASES = [
  'nothing done yet',
  'escalation row taken',
  'pages written, not committed',
  'step committed',
  'contact methods held',
  'leased',
  'handed over, not recorded',
  'recording',
] as const

const AFTER: [RegExp, (typeof PHASES)[number]][] = [
  [/insert into pages/, 'pages written, not committed'],
  [/set status = 'sending'/, 'leased'],
  [/for no key update of m skip locked/, 'contact methods held'],
  [/exists \(select from pages p where p\.channel/, 'step committed'],
  [/set status = case when seen_at/, 'recording'],
  [/escalations/, 'escalation row taken'],
]

export function phaseAfter(statement: string, before: string): string {
  const after = AFTER.find(([pattern]) => pattern.test(statement))?.[1]
  // Until pages are committed everything that the engine does is part of one transaction.
  if (after === 'escalation row taken' && before === 'pages written, not committed') return before
  return after ?? before
}
