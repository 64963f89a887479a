import { publicUrlOf } from '../config.ts'
import { wantFacts } from './facts-due.ts'
import { issueIdOf } from './issue-id.ts'
import { assign } from './perform-assign.ts'
import { comment } from './perform-comment.ts'
import { look, setStatus } from './perform-status.ts'
import { type Context, NOTHING, type OfIssue, type Performed, toPerformed } from './performing.ts'
import type { Step } from './plan.ts'

export type { Performed } from './performing.ts'

/** Does one step. What was done before and is done again leaves Sentry as it was. */
export async function perform(context: Context, step: Step): Promise<Performed> {
  const issueId = issueIdOf(context.dedupKey)
  if (!issueId) return NOTHING
  const of = { ...context, issueId, incidentId: step.incidentId }
  switch (step.kind) {
    case 'status':
      return setStatus(of, step)
    case 'assign':
      return assign(of, step)
    case 'comment':
      return comment(of, step)
    case 'link':
      return link(of, step)
    case 'look':
      return look(of, step)
    case 'enrich':
      return enrich(of)
  }
}

/** Looked up apart from this, as nothing that Sentry is told waits for it. */
async function enrich({ deps, connection, dedupKey, incidentId }: OfIssue): Promise<Performed> {
  const { integrationId } = connection
  await wantFacts(deps.db, { integrationId, dedupKey, incidentId }, deps.clock.now())
  return NOTHING
}

/** Sentry shows one link for each integration: the newest. */
async function link(
  { deps, client, connection: { installationUuid, integrationId }, dedupKey, issueId }: OfIssue,
  { incidentId }: Step,
): Promise<Performed> {
  const incident = await deps.db
    .selectFrom('incidents')
    .innerJoin('services', 'services.id', 'incidents.service_id')
    .innerJoin('sentry_issues', (join) =>
      join
        .on('sentry_issues.integration_id', '=', integrationId)
        .on('sentry_issues.dedup_key', '=', dedupKey),
    )
    .select(['incidents.number', 'services.name', 'sentry_issues.linked_incident_id'])
    .where('incidents.id', '=', incidentId)
    .executeTakeFirst()
  if (!incident || !installationUuid || incident.linked_incident_id === incidentId) return NOTHING
  const result = await client.linkIssue(installationUuid, {
    issueId,
    webUrl: `${publicUrlOf(deps.config)}/incidents/${incident.number}`,
    project: incident.name,
    identifier: String(incident.number),
  })
  if (result.outcome === 'ok') {
    await deps.db
      .updateTable('sentry_issues')
      .set({ linked_incident_id: incidentId })
      .where('integration_id', '=', integrationId)
      .where('dedup_key', '=', dedupKey)
      .execute()
  }
  return toPerformed(result, null, 'The issue shows no link to this incident')
}
