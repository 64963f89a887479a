import { Channel } from '#contract/channels.ts'
import { Severity, Urgency } from '#contract/common.ts'
import type { TimelineEntry } from '#contract/incidents.ts'
import { counted } from '../../../forms/counted.ts'
import { channelWords } from '../../../ui/channels.ts'
import { momentWords } from '../../../ui/time-words.ts'

/** What happened, after the actor's name: `acknowledged`, `changed the severity from warning to critical`. */
export function deedWords(entry: TimelineEntry, now: Date): string {
  const { kind, data } = entry
  switch (kind) {
    case 'triggered':
      return stormOf(entry) === null ? 'opened the incident' : 'split this off from the alert storm'
    case 'reopened':
      return 'reopened it'
    case 'acknowledged':
      return 'acknowledged'
    case 'resolved':
      return 'resolved it'
    case 'snoozed':
      return `snoozed it${untilWords(data.until, now)}`
    case 'suppressed':
      return `paged nobody: the service is in maintenance${untilWords(data.until, now)}`
    case 'noted':
      return 'wrote'
    case 'severity_changed':
      return `changed the severity${changeWords(data, Severity)}`
    case 'urgency_changed':
      return `changed the urgency${changeWords(data, Urgency)}`
    case 'assigned':
      return typeof data.to === 'string' ? `assigned it to ${data.to}` : 'assigned it'
    case 'split':
      return splitWords(data)
    case 'escalated':
      return 'escalated'
    case 'nobody_paged':
      return 'found nobody to page'
    case 'escalation_ended':
      return 'ended the escalation'
    case 'page_sent':
      return `paged ${nameIn(data)}${byWords(data)}${togetherWords(data)}`
    case 'page_failed':
      return `${data.isFinal === false ? 'has trouble reaching' : 'could not reach'} ${nameIn(data)}${byWords(data)}`
    case 'page_seen':
      return entry.actor.kind === 'user' ? 'saw the page' : `learned that ${nameIn(data)} saw the page`
    case 'synced':
      return data.failed === true ? 'could not tell Sentry' : 'told Sentry'
  }
}

const nameIn = ({ userName }: TimelineEntry['data']) => (typeof userName === 'string' ? userName : 'somebody')

/** ` by SMS`, where the channel is known. */
function byWords({ channel }: TimelineEntry['data']): string {
  const known = Channel.safeParse(channel).data
  return known ? ` ${channelWords[known].by}` : ''
}

/** Of a message that speaks of several incidents. */
const togetherWords = ({ together }: TimelineEntry['data']) =>
  typeof together === 'number' && together > 1 ? `, about ${together} incidents at once` : ''

/** The number of the storm that the incident was split off from. */
export const stormOf = ({ kind, data }: Pick<TimelineEntry, 'kind' | 'data'>): number | null =>
  kind === 'triggered' && typeof data.storm === 'number' ? data.storm : null

function untilWords(until: unknown, now: Date): string {
  const at = new Date(typeof until === 'string' ? until : Number.NaN)
  return Number.isNaN(at.getTime()) ? '' : ` until ${momentWords(at, now)}`
}

function splitWords({ opened, linked }: TimelineEntry['data']): string {
  const had = typeof linked === 'number' && linked > 0 ? `; ${linked} had one already` : ''
  return typeof opened === 'number' && opened > 0
    ? `split off ${counted(opened, 'incident')}${had}`
    : `split off no incident${had}`
}

function changeWords(data: TimelineEntry['data'], word: typeof Severity | typeof Urgency): string {
  const from = word.safeParse(data.from).data
  const to = word.safeParse(data.to).data
  if (!to) return ''
  return from ? ` from ${from} to ${to}` : ` to ${to}`
}
