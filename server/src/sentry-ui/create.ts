import type { ExternalIssue } from '#contract/sentry-ui.ts'
import type { Ingest } from '../alerts/ingest.ts'
import { answerTo, type Delivered, receive } from '../alerts/receive.ts'
import type { Deps } from '../deps.ts'
import { sentry } from '../integrations/sentry/index.ts'
import { id, object } from '../integrations/sentry/payload.ts'
import { AppError } from '../platform/errors.ts'
import { externalIssueOf } from './external-issue.ts'
import { getPresentService } from './services.ts'
import type { Tenant } from './tenants.ts'

/**
 * Somebody opens an incident from an issue: it goes the way of every alert, delivery log and replay included, and is the incident of that
 * issue from then on. Asked twice, it is the same one.
 */
export async function createFromIssue(
  deps: Deps,
  ingest: Ingest,
  { installed, address }: Tenant,
  { ip, headers, wire, fields }: Omit<Delivered, 'address'> & { fields: unknown },
): Promise<ExternalIssue> {
  await getPresentService(deps.db, id(object(fields).service) ?? null)
  const received = await receive(deps, ingest, sentry, installed, { address, ip, headers, wire })
  const { result } = answerTo(received)
  if (result.incident) return externalIssueOf(deps.db, deps.config, result.incident.id)
  throw new AppError(
    'unavailable',
    result.action === 'queued'
      ? 'The database of OpsKnight does not answer. The incident opens as soon as it does, and this issue then shows it.'
      : `OpsKnight opened no incident: ${result.reason ?? result.action}.`,
  )
}
