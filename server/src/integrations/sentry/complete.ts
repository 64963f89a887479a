import type { JsonObject } from '#contract/common.ts'
import { SentryDetails, type SuspectCommit } from '#contract/sentry.ts'
import { jsonSafe } from '../json-safe.ts'
import type { Facts } from './facts.ts'

/** What Sentry has said of an issue when it was asked. */
export type Found = {
  issue: Facts
  /** Its latest event; null when it was not needed, or not to be had. */
  event: Facts | null
  commit: SuspectCommit | null
}

/** What is to be asked beside the issue itself, to complete these facts. */
export function missingIn(details: JsonObject): { event: boolean; commit: boolean } {
  const { frame, release, eventId, suspectCommit } = readDetails(details)
  return {
    event: frame?.line === undefined || release === undefined || eventId === undefined,
    commit: suspectCommit === undefined,
  }
}

/** As large as the details of an incident may grow by its alerts, with room for what one more of them brings. */
const MAX_BYTES = 60 * 1024

/**
 * The facts of an alert with what Sentry has answered: how the issue stands is as Sentry has it now, what happened stays as the alert
 * said it, and what it did not say is filled in.
 */
export function completed(before: JsonObject, { issue, event, commit }: Found, askedAt: Date): JsonObject {
  const known = readDetails(before)
  const now = { ...stateOf(issue.details), askedAt: askedAt.toISOString() }
  const { assignedTo: _assignee, substatus: _substatus, ...kept } = before
  const seen = event?.details ?? {}
  return jsonSafe(
    {
      // First, as what comes first is kept when there is too much.
      ...now,
      ...present(issue.details),
      ...present(seen),
      ...kept,
      ...present({ frame: frameOf(known, seen, issue.details), suspectCommit: commit ?? undefined }),
      ...now,
    },
    MAX_BYTES,
  ).value
}

export const readDetails = (details: JsonObject): SentryDetails => SentryDetails.safeParse(details).data ?? {}

const stateOf = (issue: SentryDetails) => {
  const { shortId, status, substatus, priority, assignedTo, count, userCount, firstSeen, lastSeen } = issue
  return present({ shortId, status, substatus, priority, assignedTo, count, userCount, firstSeen, lastSeen })
}

/** The place that names its line: what an issue says of itself is only a file and a function. */
const frameOf = (...details: SentryDetails[]): SentryDetails['frame'] =>
  details.find(({ frame }) => frame?.line !== undefined)?.frame ?? details.find(({ frame }) => frame)?.frame

const present = (facts: object): JsonObject =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
