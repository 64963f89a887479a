import type { Actor } from '#contract/common.ts'
import type { ReplyAction } from '#contract/replies.ts'
import type { PageAnswer } from './act.ts'
import type { PagedIncident } from './store.ts'

/** What somebody wrote back. */
export type Said = Answer | { kind: 'stop' } | { kind: 'start' } | { kind: 'unknown' }
export type Answer = { kind: 'answer'; action: ReplyAction; number: number | null; all: boolean }

const ACTIONS = new Map<string, ReplyAction>([
  ...['ack', 'acknowledge', 'acknowledged', 'a', '4'].map((verb) => [verb, 'acknowledge'] as const),
  ...['resolve', 'resolved', 'res', 'r', '6'].map((verb) => [verb, 'resolve'] as const),
])

/** https://help.twilio.com/articles/223134027: what carriers take as the end and the beginning of a subscription. */
const STOP = new Set(['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke', 'optout'])
const START = new Set(['start', 'unstop'])

/** `ACK 42`, `ack #42`, `4`, `6 42`, `RESOLVE ALL`: as people type at night. */
export function understand(text: string): Said {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s#.,:;!?"']+/g, ' ')
    .trim()
  if (STOP.has(words)) return { kind: 'stop' }
  if (START.has(words)) return { kind: 'start' }
  const [, verb = '', rest = ''] = words.match(/^([a-z]+|[46](?= |$)) ?(all|\d{1,9})?$/) ?? []
  const action = ACTIONS.get(verb)
  if (!action) return { kind: 'unknown' }
  return { kind: 'answer', action, number: /^\d/.test(rest) ? Number(rest) : null, all: rest === 'all' }
}

export const HOW_TO_ANSWER = 'Reply ACK or RESOLVE and the number of the incident, e.g. ACK 42.'

/** What came of an answer, for whoever gave it. */
export function sentencesOf({ user, incidents, problems }: PageAnswer): string {
  if (incidents.length === 0) return 'Your answer arrived. It was a test, so nothing else needs to be done.'
  return incidents.map((incident) => sentenceOf(incident, user.id, problems.get(incident.id))).join(' ')
}

/** Of what is resolved, by whom says more than why it could not be acknowledged. */
const sentenceOf = (incident: PagedIncident, userId: string, problem: string | undefined): string =>
  problem !== undefined && incident.status !== 'resolved'
    ? `#${incident.number}: ${problem}`
    : stateOf(incident, userId)

/** Who has it, in one sentence, for this person. */
export function stateOf(
  { number, status, acknowledgedBy, resolvedBy }: PagedIncident,
  userId: string,
): string {
  switch (status) {
    case 'resolved':
      return `#${number} is resolved${resolvedBy ? ` by ${nameFor(resolvedBy, userId)}` : ''}.`
    case 'acknowledged':
      return acknowledgedBy?.id === userId
        ? `#${number} is yours: nobody else is paged.`
        : `${acknowledgedBy?.name ?? 'Somebody'} has #${number}.`
    case 'snoozed':
      return `#${number} is snoozed.`
    case 'suppressed':
      return `#${number} is in maintenance.`
    case 'open':
      return `#${number} is open, and nobody has it.`
  }
}

const nameFor = ({ id, name }: Actor, userId: string) => (id === userId ? 'you' : name)
