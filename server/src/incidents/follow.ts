import { dataOfPart, isOnlyNoted, noteOfPart } from './linked.ts'
import type { Before, Context, Decision, Incident, Shown } from './model.ts'
import { acknowledge, changed, reopen, resolve, unchanged } from './transitions.ts'

/**
 * What follows from how its tool shows the problem, found by asking as no message told of it. Only what is news counts: newer than
 * the last decision of a person here, so that nothing that somebody has opened again is closed.
 */
export function follow(
  incident: Incident,
  { dedupKey, shown, before }: { dedupKey: string; shown: Shown; before: Before },
  context: Context,
): Decision {
  if (incident.status === 'resolved' || !isNews(incident, shown, before)) return unchanged(incident)
  const { part } = before
  if (isOnlyNoted(shown.state, { isWhole: part === null })) {
    // The message that told of it may have come by a clock that differs.
    if (part?.notedAt && !isAfter(shown.since, part.notedAt)) return unchanged(incident)
    const entry = { kind: 'noted', text: noteOfPart(shown.text), data: dataOfPart(dedupKey) } as const
    return changed(incident, entry, context, { result: 'noted' })
  }
  switch (shown.state) {
    case 'resolved':
      return resolve(incident, context, shown.text)
    case 'acknowledged':
      return acknowledge(incident, context, shown.text)
    case 'open':
      return isHeldByTool(incident) ? reopen(incident, context, shown.text) : unchanged(incident)
  }
}

/** The tool itself has acknowledged it: that holds no longer than the tool says. */
const isHeldByTool = ({ status, acknowledgedBy }: Incident) =>
  status === 'acknowledged' && acknowledgedBy?.kind === 'integration'

function isNews(incident: Incident, shown: Shown, { decidedAt, acknowledgedAt }: Before): boolean {
  const { since, state } = shown
  // OpsKnight sets there what somebody has wanted here, perhaps after they wanted something else.
  if (decidedAt && (shown.isOurs || !isAfter(since, decidedAt))) return false
  // An acknowledgement that the tool brought and that has ended since does not come back by itself.
  if (state !== 'resolved' && acknowledgedAt && !isAfter(since, acknowledgedAt)) return false
  return !hasComeBack(incident, shown)
}

/** It came again there, and an alert told of it: the alert is the newer word, unless it was only late. */
const hasComeBack = ({ lastEventAt }: Incident, { state, since, hasRecurred }: Shown) =>
  state !== 'open' && hasRecurred && since !== null && lastEventAt > since

/** Clocks of two systems agree to a second or two; within that, people come first. */
const CLOCKS_DIFFER_MS = 2_000

/** Whether it was done elsewhere after something was decided here. */
export const isAfter = (since: Date | null, at: Date) =>
  since !== null && since.getTime() > at.getTime() + CLOCKS_DIFFER_MS
