import { writeFileSync } from 'node:fs'
import { pageFile, pageWithResults } from './page.ts'

/** Puts the results that are in docs/benchmarks/ into the tables of docs/benchmarks.md. */
export function writeReport(): void {
  writeFileSync(pageFile, pageWithResults())
}
