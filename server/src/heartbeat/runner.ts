import { setTimeout as delay } from 'node:timers/promises'
import type { Deps } from '../deps.ts'
import { type Beat, beat } from './beat.ts'

/** The worker has had its first look by then. */
const FIRST_AFTER_MS = 2_000
const EVERY_MS = 60_000

/** Beats every minute, one at a time, until the function that it returns is called. */
export function startHeartbeat(deps: Deps, given: { door: string; url: string }): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const report = createReport(deps)
  const stopped = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null)))
  const pause = (milliseconds: number) => delay(milliseconds, undefined, { signal }).catch(() => undefined)

  async function run(): Promise<void> {
    await pause(FIRST_AFTER_MS)
    while (!signal.aborted) {
      const began = performance.now()
      // What is broken off says nothing about the server.
      const result = await Promise.race([beat(deps, { ...given, signal }), stopped])
      if (result) report(result)
      await pause(Math.max(0, EVERY_MS - (performance.now() - began)))
    }
  }

  const running = run()
  return async () => {
    stopping.abort()
    await running
  }
}

/** A line of the log for each change: it begins, it stops, its reason is another one, it goes on. */
export function createReport({ log, metrics, clock }: Pick<Deps, 'log' | 'metrics' | 'clock'>) {
  let last = ''
  metrics.heartbeatSent(new Date(0))
  return (result: Beat): void => {
    if (result.outcome === 'sent') metrics.heartbeatSent(clock.now())
    const state = result.outcome === 'sent' ? 'sent' : result.code
    if (state === last) return
    last = state
    if (result.outcome === 'sent') log.info('heartbeat.sent')
    else log.error({ code: result.code, reason: result.reason }, `heartbeat.${result.outcome}`)
  }
}
