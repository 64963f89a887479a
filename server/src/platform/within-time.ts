import { setTimeout as delay } from 'node:timers/promises'

/** Something took longer than whoever waits for it can wait. It may still happen. */
export class Unanswered extends Error {
  override name = 'Unanswered'
}

/** The result of `work`, or `Unanswered` after so many milliseconds. The work itself goes on. */
export async function withinTime<Result>(work: Promise<Result>, milliseconds: number): Promise<Result> {
  const stop = new AbortController()
  const silence = delay(milliseconds, undefined, { signal: stop.signal }).then(() => {
    throw new Unanswered(`There was no answer within ${milliseconds} ms`)
  })
  try {
    return await Promise.race([work, silence])
  } finally {
    stop.abort()
  }
}
