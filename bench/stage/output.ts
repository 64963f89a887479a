import { writeFileSync } from 'node:fs'

/** What is going on, for whoever waits: the results alone go to stdout. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`)

export function writeResult(file: string | undefined, result: object): void {
  if (file) writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
}
