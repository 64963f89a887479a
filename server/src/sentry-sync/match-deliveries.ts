import { kindOfRequest, type SentRequest } from '../integrations/sentry/sent-requests.ts'

/** A delivery of our own log. All times are by Sentry's clock here. */
export type ArrivedDelivery = { kind: string; at: Date }

/** Sentry notes a delivery when it has the answer, five seconds after it has sent it at most; clocks differ by one or two more. */
export const APART_MS = 30_000

/**
 * Those that Sentry has sent and that are not among what has arrived. They are matched by kind and time, in their order, as many as
 * possible: of two that were sent and one that came, one is missing, the one that is further from it.
 */
export function neverArrived(
  sent: readonly SentRequest[],
  arrived: readonly ArrivedDelivery[],
): SentRequest[] {
  const arrivedOf = Map.groupBy(arrived, ({ kind }) => kind)
  const sentOf = Map.groupBy(sent, (one) => kindOfRequest(one))
  return [...sentOf].flatMap(([kind, own]) =>
    kind === null ? [] : unmatched(own.toSorted(byTime), (arrivedOf.get(kind) ?? []).toSorted(byTime)),
  )
}

type Timed = { at: Date }
const byTime = (a: Timed, b: Timed) => a.at.getTime() - b.at.getTime()

/** Each match is worth more than any distance, and the nearer the better. */
const WORTH_MS = 1_000 * APART_MS

/** The best matching in order, as in comparing two texts: `best[i][j]` is that of what comes from `i` and from `j` on. */
function unmatched<Sent extends Timed>(sent: readonly Sent[], arrived: readonly Timed[]): Sent[] {
  const width = arrived.length + 1
  const best = new Float64Array((sent.length + 1) * width)
  const worth = (i: number, j: number) => {
    const apart = Math.abs(sent[i]!.at.getTime() - arrived[j]!.at.getTime())
    return apart > APART_MS ? Number.NEGATIVE_INFINITY : WORTH_MS - apart
  }
  const at = (i: number, j: number) => best[i * width + j]!
  for (let i = sent.length - 1; i >= 0; i -= 1)
    for (let j = arrived.length - 1; j >= 0; j -= 1)
      best[i * width + j] = Math.max(at(i + 1, j), at(i, j + 1), worth(i, j) + at(i + 1, j + 1))
  const missing: Sent[] = []
  for (let i = 0, j = 0; i < sent.length; ) {
    if (j < arrived.length && at(i, j) === at(i, j + 1)) j += 1
    else if (j < arrived.length && at(i, j) === worth(i, j) + at(i + 1, j + 1)) {
      i += 1
      j += 1
    } else {
      missing.push(sent[i]!)
      i += 1
    }
  }
  return missing
}

/** A failure is final at once, when everything of that time has been written down. */
const FAILED_SECONDS = 120
/** What was answered well may wait in the journal of a server that is not there now. */
const ANSWERED_SECONDS = 3_600
const MINUTE_MS = 60_000

/**
 * Without those that may still be on their way, and those of minutes in which our log has not kept everything: refused deliveries
 * beyond a limit are only counted.
 */
export const onlyCertain = (
  missing: readonly SentRequest[],
  { now, uncertain }: { now: Date; uncertain: readonly Date[] },
): SentRequest[] =>
  missing.filter(({ at, responseCode }) => {
    const isAnswered = responseCode >= 200 && responseCode < 300
    const settlesMs = (isAnswered ? ANSWERED_SECONDS : FAILED_SECONDS) * 1_000
    const isNear = (minute: Date) =>
      at.getTime() > minute.getTime() - MINUTE_MS && at.getTime() < minute.getTime() + 2 * MINUTE_MS
    return at.getTime() + settlesMs <= now.getTime() && !uncertain.some(isNear)
  })
