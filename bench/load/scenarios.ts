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
function unique(newIssue: NewIssue, message = created()): Scenario {
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

export const SCENARIOS = {
  unique,
  same,
  mix,
  event_alert: (newIssue) => unique(newIssue, alert()),
} as const satisfies Record<string, (newIssue: NewIssue) => Scenario>

export type ScenarioName = keyof typeof SCENARIOS

/** Whose deliveries carry a signature. */
export const SIGNED: readonly ScenarioName[] = ['event_alert']
