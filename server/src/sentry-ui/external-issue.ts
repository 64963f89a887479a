import type { ExternalIssue } from '#contract/sentry-ui.ts'
import { type Config, publicUrlOf } from '../config.ts'
import type { Db } from '../platform/db.ts'
import { notFound } from '../platform/errors.ts'

/** How Sentry shows an incident beside its issue; in the same words as the link that appears there by itself. */
export async function externalIssueOf(db: Db, config: Config, incidentId: string): Promise<ExternalIssue> {
  const incident = await db
    .selectFrom('incidents')
    .innerJoin('services', 'services.id', 'incidents.service_id')
    .select(['incidents.number', 'services.name'])
    .where('incidents.id', '=', incidentId)
    .executeTakeFirst()
  if (!incident) throw notFound('Incident')
  return {
    webUrl: `${publicUrlOf(config)}/incidents/${incident.number}`,
    project: incident.name,
    identifier: String(incident.number),
  }
}
