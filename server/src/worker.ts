import { setTimeout as delay } from 'node:timers/promises'
import { startChores } from './chores/runner.ts'
import type { Deps } from './deps.ts'
import { noteSweep } from './heartbeat/sweeps.ts'
import { wakeDueIncidents } from './incidents/commands.ts'
import { resolveStillStorms } from './incidents/still-storms.ts'
import { createSender, type Sender } from './notifications/sender.ts'

const SWEEP_EVERY_MS = 1_000

/** Does what is due to people at once, and the chores of the house. Any number of processes may run it. */
export async function startWorker(deps: Deps, databaseUrl: string): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  const sender = createSender(deps)
  const sweeping = sweep(deps, sender, stopping.signal)
  const stopChores = await startChores(deps, databaseUrl)
  return async () => {
    stopping.abort()
    await Promise.all([sweeping, sender.stop(), stopChores()])
  }
}

/** The heartbeat asks for it; a note each time would be many. */
const NOTE_EVERY_MS = 10_000

async function sweep(deps: Deps, sender: Sender, signal: AbortSignal): Promise<void> {
  let notedAt = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    try {
      while (await wakeDueIncidents(deps, deps.clock.now())) if (signal.aborted) return
      await resolveStillStorms(deps, deps.clock.now())
      sender.wake()
      if (performance.now() - notedAt >= NOTE_EVERY_MS) {
        await noteSweep(deps.db, deps.clock.now())
        notedAt = performance.now()
      }
    } catch (error) {
      deps.log.error({ err: error }, 'worker.sweep_failed')
    }
    await delay(SWEEP_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}
