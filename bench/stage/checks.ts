/** Two numbers that must be the same; `what` says in which words. */
export type Check = { what: string; expected: number; found: number }

export const differencesOf = (checks: readonly Check[]): Check[] =>
  checks.filter(({ expected, found }) => expected !== found)

export const checkLines = (checks: readonly Check[]): string[] =>
  checks.map(({ what, expected, found }) =>
    expected === found
      ? `ok    ${what}: ${found}`
      : `WRONG ${what}: expected ${expected}, found ${found} (${found - expected > 0 ? '+' : ''}${found - expected})`,
  )

/** Says what is wrong; answers the exit code. */
export function exitCodeOf(checks: readonly Check[]): number {
  const { length } = differencesOf(checks)
  if (length === 0) return 0
  console.error(`\n${length} of the checks failed: the database does not hold what it should.`)
  return 1
}
