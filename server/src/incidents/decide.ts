import { type Severity, type Urgency, urgencyOfSeverity } from '#contract/common.ts'
import { decideOnEvent } from './decide-event.ts'
import { follow } from './follow.ts'
import type { Command, Context, Decision, Incident } from './model.ts'
import {
  acknowledge,
  changed,
  refusedAsResolved,
  regraded,
  reopen,
  resolve,
  unchanged,
} from './transitions.ts'

/**
 * The one place that knows how incidents change, for every way in. Pure: the same arguments give the same answer.
 * `incident` is the active one of the key for an event, the addressed one for anything else.
 */
export function decide(incident: Incident | null, command: Command, context: Context): Decision {
  if (command.kind === 'event') return decideOnEvent(incident, command.event, context)
  if (!incident) throw new Error(`${command.kind} needs an incident`)
  return decideOnRequest(incident, command, context)
}

type Request = Exclude<Command, { kind: 'event' }>

function decideOnRequest(incident: Incident, command: Request, context: Context): Decision {
  switch (command.kind) {
    case 'acknowledge':
      return acknowledge(incident, context)
    case 'resolve':
      return resolve(incident, context, command.reason ?? null)
    case 'reopen':
      return reopen(incident, context, command.reason ?? null)
    case 'snooze':
      return snooze(incident, command.until, context)
    case 'note':
      return changed(incident, { kind: 'noted', text: command.text }, context, { result: 'noted' })
    case 'severity':
      return changeSeverity(incident, command.severity, context)
    case 'urgency':
      return changeUrgency(incident, command.urgency, context)
    case 'assign':
      return assign(incident, command.user, context)
    case 'split':
      return split(incident, command, context)
    case 'wake':
      return wake(incident, context)
    case 'follow':
      return follow(incident, command, context)
  }
}

function snooze(incident: Incident, until: Date, context: Context): Decision {
  if (incident.status === 'resolved') return refusedAsResolved('snoozed')
  if (incident.status === 'snoozed' && incident.wakeAt?.getTime() === until.getTime())
    return unchanged(incident)
  if (until <= context.now) {
    const message = 'A snooze must end in the future.'
    return { outcome: 'refused', code: 'invalid_request', message, path: 'until' }
  }
  const snoozed: Incident = { ...incident, status: 'snoozed', wakeAt: until }
  const entry = { kind: 'snoozed', data: { until: until.toISOString() } } as const
  return changed(snoozed, entry, context, { paging: { kind: 'stop' } })
}

function changeSeverity(incident: Incident, severity: Severity, context: Context): Decision {
  if (incident.status === 'resolved') return refusedAsResolved('changed')
  if (incident.severity === severity) return unchanged(incident)
  return regraded(
    incident,
    { ...incident, severity, urgency: urgencyOfSeverity[severity] },
    context,
    'changed',
  )
}

function changeUrgency(incident: Incident, urgency: Urgency, context: Context): Decision {
  if (incident.status === 'resolved') return refusedAsResolved('changed')
  if (incident.urgency === urgency) return unchanged(incident)
  return regraded(incident, { ...incident, urgency }, context, 'changed')
}

function assign(incident: Incident, user: { id: string; name: string }, context: Context): Decision {
  if (incident.status === 'resolved') return refusedAsResolved('assigned')
  if (incident.assignedTo === user.id) return unchanged(incident)
  return changed(
    { ...incident, assignedTo: user.id },
    { kind: 'assigned', data: { to: user.name, toId: user.id } },
    context,
  )
}

const TITLES_SHOWN = 3

/** What is split off leaves the storm's own counts as they are: they say what came. */
function split(
  incident: Incident,
  { titles, opened, linked }: Command & { kind: 'split' },
  context: Context,
): Decision {
  if (incident.status === 'resolved') return refusedAsResolved('split')
  if (titles.length === 0) return unchanged(incident)
  const more = titles.length - TITLES_SHOWN
  const text = titles.slice(0, TITLES_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '')
  return changed(incident, { kind: 'split', text, data: { opened, linked } }, context)
}

const textOfWaking = {
  snoozed: 'The snooze is over',
  suppressed: 'The maintenance window is over',
  acknowledged: 'The acknowledgement ran out',
} as const

/** Opens what has waited long enough. Another maintenance window may still cover the service. */
function wake(incident: Incident, context: Context): Decision {
  const { status, wakeAt } = incident
  if (!wakeAt || wakeAt > context.now || status === 'open' || status === 'resolved')
    return unchanged(incident)
  if (status === 'suppressed' && context.maintenance && context.maintenance.until > context.now) {
    const { until, reason } = context.maintenance
    const entry = { kind: 'suppressed', text: reason || null, data: { until: until.toISOString() } } as const
    return changed({ ...incident, wakeAt: until }, entry, context)
  }
  return reopen(incident, context, textOfWaking[status])
}
