import type { Translation } from '../types.ts'
import { byWhom, type Context, translated } from './context.ts'
import { type Facts, type Intent, isUnreadable } from './facts.ts'
import { assigneeOf, readIssue } from './issue-facts.ts'
import { type Fields, line, object, prose } from './payload.ts'

/** Sentry's `issue` webhook, which reports every new issue of the organization: that alone may be unwanted. */
export function fromIssue(data: Fields, context: Context): Translation {
  const { facts, action, intent } = readChange(data, context)
  const isUnwanted = action === 'created' && !context.settings.triggerOnIssueCreated && !isUnreadable(facts)
  return isUnwanted && intent.action === 'trigger'
    ? { ignored: ALERT_RULES_ONLY }
    : translated(intent, facts, context)
}

/** The issue format: whoever writes one means it as an alert, so that `created` opens an incident under every setting. */
export function fromIssueFormat(context: Context): Translation {
  const { facts, intent } = readChange(context.body, context)
  return translated(intent, facts, context)
}

const ALERT_RULES_ONLY =
  'This integration opens incidents for alert rules only (Settings → What opens an incident), and this is a new issue'

function readChange(data: Fields, context: Context) {
  const facts = readIssue(data)
  const action = line(context.body.action, 50)?.toLowerCase()
  const intent = intentByStatus(facts, context) ?? intentOf(action, facts, data, context)
  return { facts, action, intent }
}

/** The status of the issue counts for more than the action: it says how things are, and messages overtake one another. */
export function intentByStatus({ details }: Facts, { body }: Context): Intent | undefined {
  const status = details.status?.toLowerCase()
  if (status === 'resolved') return { action: 'resolve', note: resolvedNote(body) }
  if (status === 'ignored' || status === 'archived')
    return { action: 'acknowledge', note: `Archived in Sentry${byWhom(body)}` }
  return undefined
}

type Reader = (facts: Facts, data: Fields, context: Context) => Intent

const intents = {
  created: () => ({ action: 'trigger' }),
  resolved: (_facts, _data, { body }) => ({ action: 'resolve', note: resolvedNote(body) }),
  ignored: (_facts, _data, { body }) => ({
    action: 'acknowledge',
    note: `Archived in Sentry${byWhom(body)}`,
  }),
  archived: (_facts, _data, { body }) => ({
    action: 'acknowledge',
    note: `Archived in Sentry${byWhom(body)}`,
  }),
  unresolved: bySubstatus,
  assigned: byAssignment,
} as const satisfies Record<string, Reader>

/** An action that is missing opens an incident, as it may be the alert itself; one that Sentry adds later goes by the substatus. */
function intentOf(action: string | undefined, facts: Facts, data: Fields, context: Context): Intent {
  if (action === undefined) return { action: 'trigger' }
  const read: Reader = Object.hasOwn(intents, action) ? intents[action as keyof typeof intents] : bySubstatus
  return read(facts, data, context)
}

const noteOfSubstatus: Record<string, string> = {
  regressed: 'Regressed in Sentry: it happened again after it was resolved',
  escalating: 'Escalating in Sentry: it happens far more often than before',
}

function bySubstatus({ details }: Facts, _data: Fields, { body }: Context): Intent {
  const substatus = details.substatus?.toLowerCase()
  if (substatus === undefined) return { action: 'trigger' }
  if (Object.hasOwn(noteOfSubstatus, substatus))
    return { action: 'trigger', note: noteOfSubstatus[substatus] }
  const action = line(body.action, 50)?.toLowerCase()
  const what = action === 'unresolved' ? 'Marked unresolved in Sentry' : `Sentry reports "${action}"`
  return { action: 'note', note: `${what}${byWhom(body)} (${substatus})` }
}

export function byAssignment(_facts: Facts, data: Fields, { body, settings }: Context): Intent {
  const assignee = assigneeOf(object(data.issue), data)
  const note = `Assigned${assignee ? ` to ${assignee}` : ''} in Sentry${byWhom(body)}`
  return { action: settings.acknowledgeOnAssign ? 'acknowledge' : 'note', note }
}

const howResolved: Record<string, string> = {
  in_next_release: ' in the next release',
  in_release: ' in a release',
  in_commit: ' by a commit',
  with_commit: ' by a commit',
  in_pull_request: ' by a pull request',
  by_age: ' because it had not been seen for a while',
}

export function resolvedNote(body: Fields): string {
  const type = prose(object(body.data).resolution_type, 50)?.toLowerCase() ?? ''
  const how = Object.hasOwn(howResolved, type) ? howResolved[type] : ''
  return `Resolved in Sentry${how}${byWhom(body)}`
}
