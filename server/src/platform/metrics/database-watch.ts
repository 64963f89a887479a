import type { Clock } from '../clock.ts'
import { withinTime } from '../within-time.ts'
import type { DatabaseFigures } from './index.ts'
import type { Instruments } from './instruments.ts'

const MAX_AGE_MS = 5_000
const ANSWER_WITHIN_MS = 2_000

/**
 * Shows what the database holds, and whether it answers at all. Several that scrape at once ask it once. While it does
 * not answer its figures are gone, as old ones would look like present ones.
 */
export function databaseWatch(
  instruments: Instruments,
  clock: Clock,
  ask: () => Promise<DatabaseFigures>,
): () => Promise<void> {
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    try {
      show(instruments, await withinTime(ask(), ANSWER_WITHIN_MS))
    } catch {
      hide(instruments)
    }
  }

  return () => {
    const now = clock.now().getTime()
    // Either way: a clock that was set back must not keep old figures until it is as late again.
    if (Math.abs(now - askedAt) >= MAX_AGE_MS) {
      askedAt = now
      asking = look()
    }
    return asking
  }
}

function show(instruments: Instruments, figures: DatabaseFigures): void {
  instruments.databaseUp.set(1)
  for (const [status, count] of Object.entries(figures.activeIncidents)) {
    instruments.activeIncidents.set({ status }, count)
  }
  instruments.escalationsDue.set(figures.escalationsDue)
  instruments.escalationsOldest.set(figures.oldestDueSeconds)
  instruments.pagesDue.set(figures.pagesDue)
  instruments.pagesOldest.set(figures.oldestPageSeconds)
  instruments.outboxWaiting.set(figures.outboxWaiting)
  instruments.outboxOldest.set(figures.oldestOutboxSeconds)
  instruments.deliveriesMissing.set(figures.deliveriesMissing)
  instruments.lastSweep.set((figures.lastSweepAt?.getTime() ?? 0) / 1_000)
}

function hide(instruments: Instruments): void {
  instruments.databaseUp.set(0)
  instruments.activeIncidents.reset()
  instruments.escalationsDue.remove()
  instruments.escalationsOldest.remove()
  instruments.pagesDue.remove()
  instruments.pagesOldest.remove()
  instruments.outboxWaiting.remove()
  instruments.outboxOldest.remove()
  instruments.deliveriesMissing.remove()
  instruments.lastSweep.remove()
}
