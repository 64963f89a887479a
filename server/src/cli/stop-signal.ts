import { Failure } from '../platform/failure.ts'

/** Ctrl-C ends a long command in order: what it was at is undone. */
export function stopSignal(undone: string): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => stop.abort(new Failure(`Stopped by ${name}. ${undone}`)))
  return stop.signal
}
