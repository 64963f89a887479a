import { setTimeout as delay } from 'node:timers/promises'
import { startChores } from './chores/runner.ts'
import type { Deps } from './deps.ts'
import { wakeDueIncidents } from './incidents/commands.ts'
import { resolveStillStorms } from './incidents/still-storms.ts'

const SWEEP_EVERY_MS = 1_000

/** Does what is due to people at once, and the chores of the house. Any number of processes may run it. */
export async function startWorker(deps: Deps, databaseUrl: string): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  const sweeping = sweep(deps, stopping.signal)
  const stopChores = await startChores(deps, databaseUrl)
  return async () => {
    stopping.abort()
    await Promise.all([sweeping, stopChores()])
  }
}

async function sweep(deps: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      while (await wakeDueIncidents(deps, deps.clock.now())) if (signal.aborted) return
      await resolveStillStorms(deps, deps.clock.now())
    } catch (error) {
      deps.log.error({ err: error }, 'worker.sweep_failed')
    }
    await delay(SWEEP_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}
