import { setTimeout as delay } from 'node:timers/promises'
import { startChores } from './chores/runner.ts'
import type { Deps } from './deps.ts'
import { ESCALATIONS_AT_ONCE, runDueEscalations } from './escalations/engine.ts'
import { noteSweep } from './heartbeat/sweeps.ts'
import { wakeDueIncidents } from './incidents/commands.ts'
import { resolveStillStorms } from './incidents/still-storms.ts'
import { prepareChannels } from './messaging/prepare.ts'
import { createSender, type Sender } from './notifications/sender.ts'
import { createBell } from './platform/bell.ts'
import { every } from './platform/every.ts'
import { startSentrySync } from './sentry-sync/runner.ts'

const SWEEP_EVERY_MS = 1_000
/** The first incident is seen to at once; those that come in a stream are gathered. */
const REST_MS = 100

/** Does what is due to people at once, and the chores of the house. Any number of processes may run it. */
export async function startWorker(deps: Deps, databaseUrl: string): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  const sender = createSender(deps)
  const sweeping = keepSweeping(deps, sender, stopping.signal)
  const stopChores = await startChores(deps, databaseUrl)
  const preparing = prepareChannels(deps)
  const stopSentrySync = startSentrySync(deps)
  return async () => {
    stopping.abort()
    await Promise.all([sweeping, sender.stop(), stopChores(), stopSentrySync(), preparing])
  }
}

/** Every second, and at once when incidents change. */
async function keepSweeping(deps: Deps, sender: Sender, signal: AbortSignal): Promise<void> {
  const bell = createBell()
  const unsubscribe = deps.live.subscribe(({ kind }) => {
    if (kind === 'incidents' || kind === 'resync') bell.ring()
  })
  const sweep = sweeper(deps, sender, signal)
  while (!signal.aborted) {
    const rested = delay(REST_MS, undefined, { signal }).catch(() => undefined)
    await sweep()
    await rested
    await bell.heard(SWEEP_EVERY_MS, signal)
  }
  unsubscribe()
}

/** The heartbeat asks for it; a note each time would be many. */
const NOTE_EVERY_MS = 10_000

/** What there is to catch up with reaches each person as one page: it is sent when all is worked out, unless that takes long. */
const CATCH_UP_MS = 5_000

/** Timers, escalations, pages: each goes on where another one fails. */
function sweeper(deps: Deps, sender: Sender, signal: AbortSignal): () => Promise<void> {
  const [stormsAreDue, noteIsDue] = [every(SWEEP_EVERY_MS), every(NOTE_EVERY_MS)]
  const now = () => deps.clock.now()
  const attempt = (work: () => Promise<unknown>) =>
    work().then(
      () => true,
      (error: unknown) => {
        deps.log.error({ err: error }, 'worker.sweep_failed')
        return false
      },
    )
  return async () => {
    const done = [
      await attempt(async () => {
        while (!signal.aborted && (await wakeDueIncidents(deps, now())));
      }),
      await attempt(async () => {
        const isLong = every(CATCH_UP_MS, performance.now())
        for (let taken = 1; taken > 0 && !signal.aborted; ) {
          taken = await runDueEscalations(deps, now())
          if (taken < ESCALATIONS_AT_ONCE || isLong()) sender.wake()
        }
      }),
    ]
    sender.wake()
    if (stormsAreDue()) done.push(await attempt(() => resolveStillStorms(deps, now())))
    if (!signal.aborted && done.every(Boolean) && noteIsDue()) await attempt(() => noteSweep(deps.db, now()))
  }
}
