/** What is wrong, and where in the form. */
export type Issue = { path: readonly PropertyKey[]; message: string }

/** What is wrong with one item of a list within a form, by the name of its field. */
export function problemsWithin(
  issues: readonly Issue[],
  list: string,
  index: number,
): Record<string, string> {
  const found: Record<string, string> = {}
  for (const { path, message } of issues) {
    if (path[0] === list && Number(path[1]) === index) found[String(path[2] ?? '')] ??= message
  }
  return found
}
