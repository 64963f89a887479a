import { Failure } from '../../server/src/platform/failure.ts'
import { onLauncherGone } from '../../server/src/platform/launcher.ts'

const SLACK_SECONDS = 300

/** Rejects when somebody wants an end, or when it takes far longer than planned. */
export function stopped(plannedSeconds: number): Promise<never> {
  const stopping = new Promise<never>((_resolve, reject) => {
    const stop = (why: string) => reject(new Failure(`Stopped: ${why}`))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop(signal))
    onLauncherGone(() => stop('the launcher is gone'))
    setTimeout(() => stop('it took far too long'), (2 * plannedSeconds + SLACK_SECONDS) * 1_000).unref()
  })
  // Whoever wants an end while it is still being set up hears of it when that is done, and all can be taken down.
  stopping.catch(() => undefined)
  return stopping
}
