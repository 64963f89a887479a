const EVERY_MS = { terminal: 500, file: 30_000 }

/** Says on stderr, now and then, how far a long command is. */
export function createProgress(doing: string) {
  const startedAt = Date.now()
  const isTerminal = process.stderr.isTTY === true
  let saidAt = startedAt
  return {
    at(table: string, bytes: number): void {
      if (Date.now() - saidAt < (isTerminal ? EVERY_MS.terminal : EVERY_MS.file)) return
      saidAt = Date.now()
      const line = `${doing} ${table}: ${megabytes(bytes)} so far`
      process.stderr.write(isTerminal ? `\r${line.padEnd(78)}` : `${line}\n`)
    },
    /** Ends the line of a terminal, and answers how many it took. */
    seconds(): string {
      if (isTerminal && saidAt !== startedAt) process.stderr.write(`\r${''.padEnd(78)}\r`)
      return ((Date.now() - startedAt) / 1000).toFixed(1)
    },
  }
}

export const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`

export const counted = (count: number, noun: string) =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
