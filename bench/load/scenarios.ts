import { alert, created, type Message, resolved } from './messages.ts'

/** One delivery to be sent. */
export type Shot = {
  message: Message
  issue: number
  effect: 'open' | 'repeat' | 'close'
}

/** Says what is sent next, and hears what has been accepted. */
export type Scenario = {
  bytes: number
  next(): Shot
  accepted(shot: Shot): void
}

/** Makes up issues: no two of one run are the same. */
export type NewIssue = () => number

/** Every one a new incident. */
function opening(newIssue: NewIssue, message: Message): Scenario {
  return {
    bytes: message.bytes,
    next: () => ({ message, issue: newIssue(), effect: 'open' }),
    accepted: () => undefined,
  }
}

/** One problem that does not end. */
function same(newIssue: NewIssue): Scenario {
  const [message, issue] = [created(), newIssue()]
  return {
    bytes: message.bytes,
    next: () => ({ message, issue, effect: 'repeat' }),
    accepted: () => undefined,
  }
}

const OPEN_ISSUES = 50

/** A busy day: of ten deliveries one is new, one resolves, and eight repeat one of 50 open issues. */
function mix(newIssue: NewIssue): Scenario {
  const [opening, closing] = [created(), resolved()]
  const open = Array.from({ length: OPEN_ISSUES }, newIssue)
  const closable: number[] = []
  let count = 0

  function next(): Shot {
    count += 1
    if (count % 10 === 0) return { message: opening, issue: newIssue(), effect: 'open' }
    // Only what was answered, as messages on two connections may overtake one another.
    const oldest = count % 10 === 5 ? closable.shift() : undefined
    if (oldest !== undefined) return { message: closing, issue: oldest, effect: 'close' }
    return { message: opening, issue: open[count % OPEN_ISSUES]!, effect: 'repeat' }
  }
  return {
    bytes: opening.bytes,
    next,
    accepted({ effect, issue }) {
      if (effect === 'open') closable.push(issue)
    },
  }
}

/** Among these keys, `sentry-4500000000` and so on, are those of a seeded history. */
const FIRST_PAST_ISSUE = 3_500_000_000
/** Every fifth issue of the past, from the second on, was resolved once and has not come back. */
const [STEP, FIRST] = [5, 2]
/** Has no factor in common with any number of issues that anybody seeds. */
const STRIDE = 1_000_003

/** Problems of long ago, come back: each a new incident, and no two after one another are neighbours in any index. */
function returning(_newIssue: NewIssue, pastIssues: number): Scenario {
  const message = created()
  const count = Math.max(1, Math.floor(pastIssues / STEP))
  let sent = 0
  function next(): Shot {
    sent += 1
    const issue = FIRST_PAST_ISSUE + STEP * ((sent * STRIDE) % count) + FIRST
    return { message, issue, effect: 'open' }
  }
  return { bytes: message.bytes, next, accepted: () => undefined }
}

export const SCENARIOS = {
  unique: (newIssue) => opening(newIssue, created()),
  same,
  mix,
  returning,
  event_alert: (newIssue) => opening(newIssue, alert()),
} as const satisfies Record<string, (newIssue: NewIssue, pastIssues: number) => Scenario>

export type ScenarioName = keyof typeof SCENARIOS

/** What `ingest` measures; problems can only return to a database that has a past. */
export const INGEST_SCENARIOS = ['unique', 'same', 'mix', 'event_alert'] as const satisfies ScenarioName[]
/** What `growth` measures. */
export const GROWTH_SCENARIOS = ['unique', 'mix', 'returning'] as const satisfies ScenarioName[]

/** Whose deliveries carry a signature. */
export const SIGNED: readonly ScenarioName[] = ['event_alert']
