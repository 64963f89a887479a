import type { SentryConnectionView, SentryScope } from '#contract/sentry-connection.ts'
import { counted } from '../../../forms/counted.ts'
import { durationWords, momentWords } from '../../../ui/time-words.ts'
import type { FindingLevel } from '../Finding.tsx'
import { behaviourNames, behaviours, isOn, permissionWords } from './behaviours.ts'

export type ConnectionState = {
  code: string
  level: FindingLevel
  title: string
  detail: string
  /** Whether another check is what to do next. */
  canCheck?: boolean
}

/** Everything that somebody should know about the connection, the worst first; nothing when all is well. */
export const statesOf = (connection: SentryConnectionView, now: Date): ConnectionState[] =>
  [refused(connection), checked(connection), lacking(connection), held(connection, now), compared(connection)]
    .filter((state) => state !== null)
    .toSorted((one, other) => gravity[one.level] - gravity[other.level])

const gravity = { problem: 0, waiting: 1, hint: 2 } as const satisfies Record<FindingLevel, number>

const ALERTS_STAY = 'Alerts go on coming in.'

function refused({ check, refusal, ...connection }: SentryConnectionView): ConnectionState | null {
  // What the token is known not to be allowed is said with the permission that is missing.
  const reads = connection.readsRefused && !lacks(check, 'event:read')
  const writes = connection.writesRefused && !lacks(check, 'event:write')
  const said = refusal ? `${sentence(refusal)} ` : ''
  if (reads && writes) {
    return {
      ...{ code: 'refused', level: 'problem', canCheck: true, title: 'Sentry refuses the token' },
      detail: `${said}Nothing is asked of Sentry or changed there until another token is entered below, or a check goes well. ${ALERTS_STAY}`,
    }
  }
  if (writes) {
    return {
      ...{ code: 'writes_refused', level: 'problem', canCheck: true, title: 'Sentry refuses changes' },
      detail: `${said}Issues are not assigned, resolved or linked. Give the internal integration "${permissionWords['event:write']}" in Sentry, then check the connection. ${ALERTS_STAY}`,
    }
  }
  if (reads) {
    return {
      ...{
        code: 'reads_refused',
        level: 'problem',
        canCheck: true,
        title: 'Sentry refuses to show its issues',
      },
      detail: `${said}Alerts are not completed and incidents not compared. Give the internal integration "${permissionWords['event:read']}" in Sentry, then check the connection. ${ALERTS_STAY}`,
    }
  }
  return null
}

const lacks = (check: SentryConnectionView['check'], scope: SentryScope) =>
  check?.lacking.some((one) => one.scope === scope) ?? false

function checked({ check, refusal }: SentryConnectionView): ConnectionState | null {
  if (!check) {
    return {
      ...{ code: 'unchecked', level: 'hint', canCheck: true, title: 'Not checked yet' },
      detail: 'A check asks Sentry what the token may do, and which integration it belongs to.',
    }
  }
  return check.problem === null || check.problem === refusal
    ? null
    : {
        ...{
          code: 'check_failed',
          level: 'problem',
          canCheck: true,
          title: 'The last check did not succeed',
        },
        detail: sentence(check.problem),
      }
}

/** A problem where something that is switched on does nothing for want of it. */
function lacking({ check, behaviour }: SentryConnectionView): ConnectionState | null {
  const missing = check?.lacking.filter(({ optional }) => !optional) ?? []
  if (missing.length === 0) return null
  const isMissed = behaviourNames.some(
    (name) => isOn(behaviour, name) && lacks(check, behaviours[name].needs),
  )
  const names = missing.map(({ scope }) => `"${permissionWords[scope]}"`).join(' and ')
  return {
    ...{ code: 'lacking', level: isMissed ? 'problem' : 'hint', canCheck: true },
    title: `The token lacks ${counted(missing.length, 'permission')}`,
    detail: `${missing.map((one) => sentence(one.for)).join(' ')} Set ${names} in Sentry, save, and check the connection; the token stays the same.`,
  }
}

/** Why what happens here does not reach Sentry now. */
function held(connection: SentryConnectionView, now: Date): ConnectionState | null {
  const { pausedUntil, waiting, readsRefused, writesRefused } = connection
  const until = pausedUntil && Date.parse(pausedUntil) > now.getTime() ? new Date(pausedUntil) : null
  const { count, oldestAt, problem } = waiting
  const changes = counted(count, 'change')
  const age = oldestAt ? `, the oldest for ${durationWords(now.getTime() - Date.parse(oldestAt))}` : ''
  const wait = `${changes} ${count === 1 ? 'waits' : 'wait'}${age}.`
  if (until) {
    return {
      ...{ code: 'paused', level: 'waiting', title: `Sentry is left alone until ${momentWords(until, now)}` },
      detail: `It asked for a pause, or does not answer. ${count > 0 ? `${wait} ` : ''}What happens meanwhile is told afterwards, in order.`,
    }
  }
  if (count === 0) return null
  if (readsRefused || writesRefused) {
    return {
      ...{ code: 'kept', level: 'waiting', title: `${changes} kept for Sentry` },
      detail: `${wait} Sentry is told once it takes them; what is older than a day is given up, and its incident says so.`,
    }
  }
  return problem === null
    ? {
        ...{ code: 'waiting', level: 'waiting', title: `${changes} on the way to Sentry` },
        detail: `${wait} Usually that takes seconds.`,
      }
    : {
        ...{ code: 'stuck', level: 'problem', title: `${changes} could not be told yet` },
        detail: `${sentence(problem)} ${wait} It is tried again by itself.`,
      }
}

const compared = ({ reconciled: { problem } }: SentryConnectionView): ConnectionState | null =>
  problem === null
    ? null
    : {
        ...{ code: 'not_compared', level: 'problem', title: 'Incidents could not be compared with Sentry' },
        detail: `${sentence(problem)} It is tried again by itself.`,
      }

/** Reasons come as sentences or as parts of one. */
const sentence = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`)
