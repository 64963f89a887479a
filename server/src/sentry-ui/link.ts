import { sql } from 'kysely'
import type { ExternalIssue } from '#contract/sentry-ui.ts'
import { integrationActor } from '../alerts/fold.ts'
import { sourceOf } from '../alerts/receive.ts'
import type { Deps } from '../deps.ts'
import { decide } from '../incidents/decide.ts'
import { storedKey } from '../incidents/keys.ts'
import type { Incident } from '../incidents/model.ts'
import { findIncidentId } from '../incidents/queries.ts'
import { lockIncidents, lockKeys, writeChanges } from '../incidents/store.ts'
import { WorkingSet } from '../incidents/working-set.ts'
import { byWhom } from '../integrations/sentry/context.ts'
import { type Fields, id, line, link, object } from '../integrations/sentry/payload.ts'
import type { Trx } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { notify } from '../platform/live.ts'
import { retryOnConflict } from '../platform/retry.ts'
import type { InstalledIntegration } from '../services/directory.ts'
import { externalIssueOf } from './external-issue.ts'

/** An issue of a Sentry that is to be about an incident that is there already. */
type Wish = { dedupKey: string; incidentId: string; url: string | null; byWhom: string }

/**
 * Somebody says that an issue is about an incident that is there already. What Sentry tells of the issue reaches that incident from now
 * on, and what happens to the incident reaches the issue. An issue has one incident: another choice takes the place of the one before.
 */
export async function linkToIncident(
  deps: Deps,
  installed: InstalledIntegration,
  body: Fields,
): Promise<ExternalIssue> {
  const issueId = id(body.issueId)
  if (!issueId) throw refused('Sentry does not say which issue is to be linked.')
  const chosen = line(object(body.fields).incident, 100)
  if (!chosen) throw refused('Choose an incident.')
  const incidentId = await findIncidentId(deps.db, chosen)
  if (!incidentId) throw refused('This incident is not in OpsKnight. Choose another one.')
  const wish: Wish = {
    ...{ incidentId, dedupKey: storedKey(`sentry-${issueId}`) },
    ...{ url: link(body.webUrl) ?? null, byWhom: byWhom(body) },
  }
  const ids = await retryOnConflict(() =>
    deps.db.transaction().execute((trx) => linkWithin(deps, trx, installed, wish)),
  )
  if (ids.length > 0) deps.live.tell({ kind: 'incidents', ids })
  return externalIssueOf(deps.db, deps.config, incidentId)
}

/** Returns which incidents have changed: none when it is so already. */
async function linkWithin(
  { clock }: Deps,
  trx: Trx,
  installed: InstalledIntegration,
  { dedupKey, incidentId, url, byWhom }: Wish,
): Promise<string[]> {
  const now = clock.now()
  const { ref } = installed
  // As alerts do: none of the same problem opens an incident meanwhile.
  await lockKeys(trx, [{ serviceId: installed.serviceId, key: dedupKey }])
  const before = await linkedBefore(trx, ref, dedupKey)
  const incidents = await lockIncidents(trx, [...new Set([incidentId, ...(before ? [before] : [])])])
  const incident = incidents.find(({ id }) => id === incidentId)
  if (!incident) throw refused('This incident is not in OpsKnight. Choose another one.')
  if (incident.status === 'resolved') throw refused(isOver(incident.number))
  const own = await ownIncident(trx, ref, dedupKey)
  if (own && own.id !== incidentId) throw refused(hasItsOwn(own.number))
  if (own || before === incidentId) return []

  await sql`
    insert into incident_links (integration_id, dedup_key, incident_id, created_at)
    values (${ref}, ${dedupKey}, ${incidentId}, ${now})
    on conflict (integration_id, dedup_key) do update set incident_id = excluded.incident_id, created_at = excluded.created_at`.execute(
    trx,
  )
  const changes = new WorkingSet()
  const note = (of: Incident, text: string) => {
    const context = {
      ...{ now, actor: integrationActor(sourceOf(installed)), serviceId: of.serviceId },
      ...{ integrationId: of.integrationId, newIncidentId: of.id, acknowledgementTimeoutMinutes: null },
      ...{ maintenance: null, previous: null },
    }
    const decision = decide(of, { kind: 'note', text }, context)
    if (decision.outcome === 'changed') changes.apply(decision)
  }
  const issue = url ? `The Sentry issue ${url}` : 'A Sentry issue'
  note({ ...incident, link: incident.link ?? url }, `${issue} was linked to this incident${byWhom}`)
  const left = incidents.find(({ id }) => id === before)
  if (left) note(left, `${issue} was linked to #${incident.number} instead${byWhom}`)
  await writeChanges(trx, changes)
  await tellWhoHasIt(trx, incident, { ref, dedupKey, now })
  await notify(trx, [{ kind: 'incidents', ids: changes.touchedIds }])
  return changes.touchedIds
}

/** Whoever has the incident gets the issue too, as if they had acknowledged it now. */
async function tellWhoHasIt(
  trx: Trx,
  { id, status, acknowledgedBy }: Incident,
  { ref, dedupKey, now }: { ref: string; dedupKey: string; now: Date },
): Promise<void> {
  if (status !== 'acknowledged' || acknowledgedBy?.kind !== 'user') return
  await trx
    .insertInto('incident_outbox')
    .values({
      ...{ integration_id: ref, incident_id: id, dedup_key: dedupKey, at: now, kind: 'acknowledged' },
      actor: JSON.stringify(acknowledgedBy),
    })
    .execute()
}

async function linkedBefore(trx: Trx, ref: string, dedupKey: string): Promise<string | null> {
  const row = await trx
    .selectFrom('incident_links')
    .select('incident_id')
    .where('integration_id', '=', ref)
    .where('dedup_key', '=', dedupKey)
    .forUpdate()
    .executeTakeFirst()
  return row?.incident_id ?? null
}

/** The active incident that alerts about the issue have opened themselves. */
async function ownIncident(trx: Trx, ref: string, dedupKey: string) {
  return trx
    .selectFrom('incidents')
    .select(['id', 'number'])
    .where('dedup_key', '=', dedupKey)
    .where('integration_id', '=', ref)
    .where('status', '<>', 'resolved')
    .executeTakeFirst()
}

const refused = (message: string) => new AppError('invalid_request', message)

const isOver = (number: number) =>
  `Incident #${number} is resolved. Reopen it in OpsKnight first, or choose another one.`

const hasItsOwn = (number: number) =>
  `This issue has incident #${number} already, which its alert has opened. Resolve that one first.`
