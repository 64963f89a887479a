import { onTestFinished } from 'vitest'
import { type Line, openLine } from './open-line.ts'

/** A line to a database that a test can cut and mend; see `openLine`. It goes when the test has finished. */
export async function lineTo(
  url: string,
  whenOver: (end: () => Promise<void>) => void = onTestFinished,
): Promise<Line> {
  const line = await openLine(url)
  whenOver(line.close)
  return line
}
