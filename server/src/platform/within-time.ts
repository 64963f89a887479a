/** Something took longer than whoever waits for it can wait. It may still happen. */
export class Unanswered extends Error {
  override name = 'Unanswered'
}

/** The result of `work`, or `Unanswered` after so many milliseconds. The work itself goes on. */
export function withinTime<Result>(work: Promise<Result>, milliseconds: number): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>()
  const timer = setTimeout(
    () => reject(new Unanswered(`There was no answer within ${milliseconds} ms`)),
    milliseconds,
  )
  work.then(resolve, reject).finally(() => clearTimeout(timer))
  return promise
}
