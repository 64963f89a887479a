import { publicUrlOf } from '../config.ts'
import { line, list, object, prose, time } from '../integrations/sentry/payload.ts'
import { NOTHING, type OfIssue, type Performed, toPerformed } from './performing.ts'
import type { Step } from './plan.ts'
import { digestOf, findWriting, noteWriting } from './writings.ts'

/** Says on the issue what somebody has noted on the incident. Sentry shows it as written by the integration, so it names its author. */
export async function comment(of: OfIssue, step: Step & { kind: 'comment' }): Promise<Performed> {
  const { deps, client, connection, dedupKey, issueId } = of
  const incident = await deps.db
    .selectFrom('incidents')
    .select('number')
    .where('id', '=', step.incidentId)
    .executeTakeFirst()
  if (!incident) return NOTHING
  const address = `${publicUrlOf(deps.config)}/incidents/${incident.number}`
  const text = `${step.author} on [incident #${incident.number}](${address}):\n\n${step.text}`
  const key = { integrationId: connection.integrationId, dedupKey }
  const writing = { what: 'comment', value: digestOf(text) } as const

  // Tried before: it may be there although no answer has come.
  if (await findWriting(deps.db, key, writing, step.at)) {
    const issue = await client.issue(issueId)
    if (issue.outcome === 'later') return issue
    if (issue.outcome === 'ok' && isThere(issue.value.activity, writing.value, step.at)) return NOTHING
  }
  await noteWriting(deps.db, key, [writing], deps.clock.now())
  const result = await client.comment(issueId, text)
  // Of the same words within an hour Sentry takes the first (its source: `issues/endpoints/group_notes.py`).
  if (result.outcome === 'rejected' && /already posted/i.test(result.reason)) return NOTHING
  return toPerformed(result, null, 'The note is not on the issue')
}

const isThere = (activity: unknown, digest: string, since: Date) =>
  list(activity)
    .map(object)
    .some(({ type, data, dateCreated }) => {
      const at = time(dateCreated)
      const text = prose(object(data).text)
      return line(type) === 'note' && at && at >= since && text && digestOf(text) === digest
    })
