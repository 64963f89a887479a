import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import type { ApiResult } from '../integrations/sentry/api-result.ts'
import type { IssueChange, SentryClient } from '../integrations/sentry/client.ts'
import type { Connection } from './connection-store.ts'
import { issueIdOf } from './issue-id.ts'
import { readPerson } from './people.ts'
import type { Step } from './plan.ts'
import { noteWriting } from './writings.ts'

/** What became of a step; `said` is the sentence for the timeline of the incident, where there is something to say. */
export type Performed =
  | { outcome: 'done'; said: string | null }
  /** It will never work: why, and what to do. */
  | { outcome: 'failed'; said: string }
  | { outcome: 'refused'; status: 401 | 403; reason: string }
  | { outcome: 'later'; reason: string; isAway: boolean; pauseSeconds: number | null }

type Context = { deps: Deps; client: SentryClient; connection: Connection; dedupKey: string }

/** Does one step. What was done before and is done again leaves Sentry as it was. */
export async function perform(context: Context, step: Step): Promise<Performed> {
  const issueId = issueIdOf(context.dedupKey)
  if (!issueId) return { outcome: 'done', said: null }
  switch (step.kind) {
    case 'status':
      return setStatus(context, issueId, step.status)
    case 'assign':
      return assign(context, issueId, step.userId)
    case 'link':
      return link(context, issueId, step.incidentId)
    case 'enrich':
    case 'comment':
      return { outcome: 'done', said: null }
  }
}

const wordsOfStatus = {
  resolved: 'The issue is resolved',
  resolvedInNextRelease: 'The issue is resolved in the next release',
  unresolved: 'The issue is unresolved again',
} as const

async function setStatus(
  context: Context,
  issueId: string,
  status: keyof typeof wordsOfStatus,
): Promise<Performed> {
  const result = await write(context, issueId, { status })
  return toPerformed(result, wordsOfStatus[status], 'The issue keeps its state')
}

async function assign(context: Context, issueId: string, userId: string): Promise<Performed> {
  const person = await readPerson(context.deps.db, userId)
  if (!person) return { outcome: 'done', said: null }
  const { name, verifiedEmail } = person
  if (!verifiedEmail) {
    const said = `The issue is not assigned: ${name} has no verified e-mail address, by which Sentry would know them`
    return { outcome: 'failed', said }
  }
  const result = await write(context, issueId, { assignedTo: verifiedEmail })
  return toPerformed(
    result,
    `The issue is assigned to ${name}`,
    `The issue is not assigned: Sentry has no member with the e-mail address of ${name}`,
  )
}

async function link(
  { deps, client, connection: { installationUuid } }: Context,
  issueId: string,
  incidentId: string,
): Promise<Performed> {
  const incident = await deps.db
    .selectFrom('incidents')
    .innerJoin('services', 'services.id', 'incidents.service_id')
    .select(['incidents.number', 'services.name'])
    .where('incidents.id', '=', incidentId)
    .executeTakeFirst()
  if (!incident || !installationUuid) return { outcome: 'done', said: null }
  const result = await client.linkIssue(installationUuid, {
    issueId,
    webUrl: `${publicUrlOf(deps.config)}/incidents/${incident.number}`,
    project: incident.name,
    identifier: String(incident.number),
  })
  return toPerformed(result, null, 'The issue shows no link to this incident')
}

/** Noted before it is sent, as Sentry's message about it may overtake the answer. */
async function write({ deps, client, connection, dedupKey }: Context, issueId: string, change: IssueChange) {
  await noteWriting(deps.db, { integrationId: connection.integrationId, dedupKey }, change, deps.clock.now())
  return client.updateIssue(issueId, change)
}

function toPerformed(result: ApiResult<unknown>, done: string | null, otherwise: string): Performed {
  switch (result.outcome) {
    case 'ok':
      return { outcome: 'done', said: done }
    case 'rejected':
      return { outcome: 'failed', said: `${otherwise} (${result.reason})` }
    default:
      return result
  }
}
