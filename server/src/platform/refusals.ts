import type { Log } from './log.ts'

const LOG_EVERY_MS = 10_000

/** What was turned away at the door, before it was a request of anybody. */
export type Refusals = {
  count(what: string): void
  /** Since the start of the process. */
  readonly totals: ReadonlyMap<string, number>
}

declare module 'fastify' {
  interface FastifyInstance {
    refusals: Refusals
  }
}

/** Many of them are one line of the log: whoever sends rubbish must not fill the disk with it. */
export function createRefusals(log: Log): Refusals {
  const totals = new Map<string, number>()
  let recent: Record<string, number> = {}
  let isDue = false
  const flush = () => {
    log.warn({ refused: recent }, 'connections.refused')
    recent = {}
    isDue = false
  }
  return {
    totals,
    count(what) {
      totals.set(what, (totals.get(what) ?? 0) + 1)
      recent[what] = (recent[what] ?? 0) + 1
      if (!isDue) setTimeout(flush, LOG_EVERY_MS).unref()
      isDue = true
    },
  }
}
