import { type Selectable, sql } from 'kysely'
import type { Db, Trx } from '../platform/db.ts'
import type { Schema } from '../platform/schema.ts'
import { nameOf } from './keys.ts'
import type { Incident } from './model.ts'
import { writeStorms } from './storm-store.ts'
import type { WorkingSet } from './working-set.ts'

/** A name under which an active incident may be found: a dedup key or an alias, as stored. */
export type IncidentKey = { serviceId: string; key: string }
/** The same of the incidents that an integration has opened, on whichever service. */
export type KeyOfIntegration = { integrationId: string; key: string }

/**
 * Whoever holds a key decides alone whether it has an incident, in every process. Taken before reading, in one
 * order for everybody, and held until the transaction ends.
 */
export async function lockKeys(
  trx: Trx,
  keys: readonly IncidentKey[],
  ofIntegrations: readonly KeyOfIntegration[] = [],
): Promise<void> {
  const names = new Set([
    ...keys.map(({ serviceId, key }) => nameOf(serviceId, key)),
    ...ofIntegrations.map(({ integrationId, key }) => nameOf(integrationId, key)),
  ])
  await sql`
    select pg_advisory_xact_lock(lock) from (
      select distinct hashtextextended(name, 0) as lock from unnest(${[...names]}::text[]) as name order by lock
    ) as locks`.execute(trx)
}

/** The numbers and ids of the active incidents that go by these keys. Whoever holds the keys can rely on them. */
export async function findActiveByKeys(
  trx: Trx,
  keys: readonly IncidentKey[],
): Promise<(IncidentKey & { id: string; number: number })[]> {
  const { rows } = await sql<IncidentKey & { id: string; number: number }>`
    with keys as (${keysAsRows(keys)}), ids as (${activeIdsOfKeys})
    select ids.service_id as "serviceId", ids.key, i.id, i.number
    from ids join incidents i on i.id = ids.id and i.status <> 'resolved'`.execute(trx)
  return rows
}

/** An active incident with the other names that it goes by, and what people have linked to it. */
export type LockedIncident = { incident: Incident; aliases: string[]; links: KeyOfIntegration[] }

/**
 * The active incidents of these keys with their aliases, and those of storms in which problems of these keys wait; beside
 * them the ones with these ids, and those that integrations have opened elsewhere or that their problems were linked to, with these
 * links. Their rows are locked in the order of their ids.
 */
export async function lockActiveIncidents(
  trx: Trx,
  keys: readonly IncidentKey[],
  alsoIds: readonly string[] = [],
  ofIntegrations: readonly KeyOfIntegration[] = [],
): Promise<LockedIncident[]> {
  const isElsewhere = ofIntegrations.length > 0
  const { rows } = await sql<
    Selectable<Schema['incidents']> & { aliases: string[] | null; links?: KeyOfIntegration[] | null }
  >`
    with keys as (${keysAsRows(keys)}), ids as (${activeIdsOfKeys})
    select i.*, (select array_agg(a.alias) from incident_aliases a where a.incident_id = i.id) as aliases
      ${isElsewhere ? linksOfIncident : sql``}
    from (
      select id from ids union ${stormIdsOfKeys} union select unnest(${[...alsoIds]}::uuid[])
      ${isElsewhere ? sql`union ${idsOfIntegrations(ofIntegrations)}` : sql``} order by id
    ) as wanted
    cross join lateral (
      select number, ${incidentNames} from incidents o
      where o.id = wanted.id and o.status <> 'resolved' for no key update
    ) as i`.execute(trx)
  return rows.map((row) => ({
    incident: fromRow(row),
    aliases: row.aliases ?? [],
    links: row.links ?? [],
  }))
}

const linksOfIncident = sql`,
  (select jsonb_agg(jsonb_build_object('integrationId', l.integration_id, 'key', l.dedup_key))
    from incident_links l where l.incident_id = i.id) as links`

const keysAsRows = (keys: readonly IncidentKey[]) => sql`
  select distinct "serviceId" as service_id, key
  from jsonb_to_recordset(${toJson(keys)}::jsonb) as k("serviceId" uuid, key text)`

/** Key by key: a plan that reads the whole table must not come of its having been small once. */
const activeIdsOfKeys = sql`
  select k.service_id, k.key, named.id from keys k cross join lateral (
    (select o.id from incidents o
      where o.service_id = k.service_id and o.dedup_key = k.key and o.status <> 'resolved' limit 1)
    union all
    (select a.incident_id from incident_aliases a where a.service_id = k.service_id and a.alias = k.key limit 1)
  ) as named`

/** No alert rule sends a problem to more services. */
const SERVICES_MAX = 100

/**
 * Service by service, as the index of keys has them: an index of its own for this would cost every incident. A problem that has come and
 * gone a thousand times is looked for no longer. Said as ranges, so that no other index can answer, whatever plan is kept.
 */
const idsOfIntegrations = (keys: readonly KeyOfIntegration[]) => sql`
  select opened.id
  from jsonb_to_recordset(${toJson(keys)}::jsonb) as k("integrationId" uuid, key text)
  cross join lateral (
    (with recursive services as (
        (select o.service_id, 1 as n from incidents o where o.dedup_key >= k.key and o.dedup_key <= k.key
          order by o.dedup_key, o.service_id limit 1)
        union all
        select next.service_id, before.n + 1 from services before cross join lateral (
          select o.service_id from incidents o
          where (o.dedup_key, o.service_id) > (k.key, before.service_id) and o.dedup_key <= k.key
          order by o.dedup_key, o.service_id limit 1
        ) as next where before.n < ${SERVICES_MAX}
      )
      select active.id from services cross join lateral (
        select o.id, o.integration_id from incidents o
        where o.service_id = services.service_id and o.dedup_key = k.key and o.status <> 'resolved' limit 1
      ) as active where active.integration_id = k."integrationId")
    union all
    (select o.id from (
        select a.incident_id from incident_aliases a where a.alias >= k.key and a.alias <= k.key
        order by a.alias limit ${SERVICES_MAX}
      ) as named join incidents o on o.id = named.incident_id
      where o.integration_id = k."integrationId")
    union all
    (select l.incident_id from incident_links l
      where (l.integration_id, l.dedup_key) >= (k."integrationId", k.key)
        and (l.integration_id, l.dedup_key) <= (k."integrationId", k.key)
      order by l.integration_id, l.dedup_key limit 1)
  ) as opened`

/** The storms in which problems of these keys wait. */
const stormIdsOfKeys = sql`
  select folded.storm_id from keys k cross join lateral (
    select n.storm_id from folded_names n where n.service_id = k.service_id and n.name = k.key limit 1
  ) as folded`

/** The rows of these ids, locked in one fixed order. Ids that do not exist are left out. */
export async function lockIncidents(trx: Trx, ids: readonly string[]): Promise<Incident[]> {
  if (ids.length === 0) return []
  const rows = await trx
    .selectFrom('incidents')
    .selectAll()
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  return rows.map(fromRow)
}

/** Incidents whose `wake_at` has come, or those among them. Rows that another worker holds are skipped, not waited for. */
export async function lockIncidentsToWake(
  trx: Trx,
  now: Date,
  limit: number,
  among: readonly string[] | null = null,
): Promise<Incident[]> {
  const due = trx.selectFrom('incidents').selectAll().where('wake_at', '<=', now)
  const rows = await (among ? due.where('id', 'in', [...among]) : due)
    .orderBy('wake_at')
    .limit(limit)
    .forNoKeyUpdate()
    .skipLocked()
    .execute()
  return rows.map(fromRow)
}

export async function postponeWaking(db: Db, id: string, now: Date, until: Date): Promise<void> {
  await db
    .updateTable('incidents')
    .set({ wake_at: until })
    .where('id', '=', id)
    .where('wake_at', '<=', now)
    .execute()
}

/** Writes everything that was decided, set-wise: a single incident is a batch of one. Fills in the new numbers. */
export async function writeChanges(trx: Trx, changes: WorkingSet): Promise<void> {
  const { written } = await sendChanges(trx, changes)
  await written
}

/** The same, done when the new numbers are known; `written` is done when all is. */
export async function sendChanges(trx: Trx, changes: WorkingSet): Promise<{ written: Promise<unknown> }> {
  const { inserted, updated } = changes
  const updates = updated.length > 0 ? updateIncidents(trx, updated) : undefined
  const inserts = inserted.length > 0 ? insertIncidents(trx, inserted) : []
  const written = Promise.all([updates, inserts, writeConsequences(trx, changes), writeStorms(trx, changes)])
  // Whoever awaits it hears of it; what comes after a refusal is refused as well.
  written.catch(() => undefined)
  changes.setNumbers(await inserts)
  return { written }
}

const incidentColumns = sql`
  id uuid, service_id uuid, integration_id uuid, dedup_key text, title text, description text, severity text,
  reported_severity text, urgency text, status text, source text, link text, details jsonb, event_count bigint,
  first_event_at timestamptz, last_event_at timestamptz, created_at timestamptz, acknowledged_at timestamptz,
  acknowledged_by jsonb, resolved_at timestamptz, resolved_by jsonb, assigned_to uuid, previous_id uuid, wake_at timestamptz,
  is_quiet boolean`

/** One by one: with `*` a statement that is prepared breaks when the migrations of a newer release add a column. */
const incidentNames = sql.raw(
  'id, service_id, integration_id, dedup_key, title, description, severity, reported_severity, urgency, status, source, link, details, event_count, first_event_at, last_event_at, created_at, acknowledged_at, acknowledged_by, resolved_at, resolved_by, assigned_to, previous_id, wake_at, is_quiet',
)

async function insertIncidents(trx: Trx, incidents: Incident[]): Promise<{ id: string; number: number }[]> {
  const { rows } = await sql<{ id: string; number: number }>`
    insert into incidents (${incidentNames})
    select ${incidentNames} from jsonb_to_recordset(${toJson(incidents.map(toRow))}::jsonb) as x(${incidentColumns})
    returning id, number`.execute(trx)
  return rows
}

async function updateIncidents(trx: Trx, incidents: Incident[]): Promise<void> {
  await sql`
    update incidents i set
      severity = x.severity, reported_severity = x.reported_severity, urgency = x.urgency,
      status = x.status, link = x.link, details = x.details, event_count = x.event_count,
      last_event_at = x.last_event_at, acknowledged_at = x.acknowledged_at,
      acknowledged_by = x.acknowledged_by, resolved_at = x.resolved_at, resolved_by = x.resolved_by,
      assigned_to = x.assigned_to, wake_at = x.wake_at, is_quiet = x.is_quiet
    from jsonb_to_recordset(${toJson(incidents.map(toRow))}::jsonb) as x(${incidentColumns})
    where i.id = x.id`.execute(trx)
}

/** Timeline, pages due and names: in one statement, as each costs a round trip while others wait for the locks. */
async function writeConsequences(trx: Trx, changes: WorkingSet): Promise<void> {
  const { started, stopped } = changes.escalations
  const entries = changes.toldEntries
  const isByPeople = entries.some(({ actor }) => actor.kind === 'user' || actor.kind === 'api-key')
  const closed = changes.updated.filter(({ status }) => status === 'resolved').map(({ id }) => id)
  await sql`
    with entries as materialized (
      select * from jsonb_to_recordset(${toJson(entries)}::jsonb) as x("incidentId" uuid, at timestamptz,
        kind text, actor jsonb, text text, data jsonb, n int, "integrationId" uuid, "dedupKey" text)
    ), timeline as (
      insert into timeline_entries (incident_id, at, kind, actor, text, data)
      select "incidentId", at, kind, actor, text, data from entries
    ), told as (
      insert into incident_outbox (integration_id, incident_id, dedup_key, at, kind, actor, text, data)
      select integration_id, "incidentId", dedup_key, at, kind, actor, text, data
      from (${isByPeople ? sql`${ofOwnProblem} union all ${ofLinkedProblems}` : ofOwnProblem}) as each
      where exists (select from integrations i where i.id = integration_id and i.has_outbox)
      order by n
    ), stopped as (
      delete from escalations where incident_id = any(${stopped}::uuid[])
    ), cancelled as (
      -- What is being sent at this moment can no longer be held back.
      update pages p set status = 'cancelled', next_attempt_at = null, reason = x.reason
      from jsonb_to_recordset(${toJson(reasonsOf(changes, stopped))}::jsonb) as x("incidentId" uuid, reason text)
      where p.incident_id = x."incidentId" and p.next_attempt_at is not null and p.status = 'due'
    ), started as (
      insert into escalations (incident_id, due_at, only_user_id, ended_reason)
      select "incidentId", "dueAt", "onlyUserId", "endedReason" from jsonb_to_recordset(${toJson(started)}::jsonb)
        as x("incidentId" uuid, "dueAt" timestamptz, "onlyUserId" uuid, "endedReason" text)
      -- One that runs starts again on the version of its policy with which it began.
      on conflict (incident_id) do update set due_at = excluded.due_at, step = 0, cycle = 0, cycle_started_at = null,
        ended_reason = excluded.ended_reason, only_user_id = excluded.only_user_id
    ), given as materialized (
      select * from jsonb_to_recordset(${toJson(changes.newAliases)}::jsonb)
        as x("serviceId" uuid, alias text, "incidentId" uuid)
    ), named as (
      insert into incident_aliases (service_id, alias, incident_id) select * from given
      -- A name goes from an incident that ends in this batch to the one that follows it.
      on conflict (service_id, alias) do update set incident_id = excluded.incident_id
        where incident_aliases.incident_id = any(${closed}::uuid[])
    )
    delete from incident_aliases a where a.incident_id = any(${closed}::uuid[])
      and not exists (select from given g where g."serviceId" = a.service_id and g.alias = a.alias)`.execute(
    trx,
  )
}

const ofOwnProblem = sql`
  select entries.*, "integrationId" as integration_id, "dedupKey" as dedup_key from entries`

/** What people do to an incident concerns what was linked to it; what a tool says of it is about its own problem. */
const ofLinkedProblems = sql`
  select e.*, linked.integration_id, linked.dedup_key from entries e cross join lateral (
    select l.integration_id, l.dedup_key from incident_links l
    where l.incident_id = e."incidentId" and e.n is not null and e.actor ->> 'kind' in ('user', 'api-key') offset 0
  ) linked`

/** Why pages that have not gone out yet never will. */
const reasonsOf = (changes: WorkingSet, incidentIds: readonly string[]) =>
  incidentIds.map((incidentId) => ({
    incidentId,
    reason: `The incident was ${changes.get(incidentId)?.status} before this was sent`,
  }))

const toJson = (rows: readonly unknown[]) => JSON.stringify(rows)

const toRow = (incident: Incident) => ({
  id: incident.id,
  service_id: incident.serviceId,
  integration_id: incident.integrationId,
  dedup_key: incident.dedupKey,
  title: incident.title,
  description: incident.description,
  severity: incident.severity,
  reported_severity: incident.reportedSeverity,
  urgency: incident.urgency,
  status: incident.status,
  source: incident.source,
  link: incident.link,
  details: incident.details,
  event_count: incident.eventCount,
  first_event_at: incident.firstEventAt,
  last_event_at: incident.lastEventAt,
  created_at: incident.createdAt,
  acknowledged_at: incident.acknowledgedAt,
  acknowledged_by: incident.acknowledgedBy,
  resolved_at: incident.resolvedAt,
  resolved_by: incident.resolvedBy,
  assigned_to: incident.assignedTo,
  previous_id: incident.previousId,
  wake_at: incident.wakeAt,
  is_quiet: incident.isQuiet,
})

export const fromRow = (row: Selectable<Schema['incidents']>): Incident => ({
  id: row.id,
  number: row.number,
  serviceId: row.service_id,
  integrationId: row.integration_id,
  dedupKey: row.dedup_key,
  title: row.title,
  description: row.description,
  severity: row.severity,
  reportedSeverity: row.reported_severity,
  urgency: row.urgency,
  status: row.status,
  source: row.source,
  link: row.link,
  details: row.details,
  eventCount: row.event_count,
  firstEventAt: row.first_event_at,
  lastEventAt: row.last_event_at,
  createdAt: row.created_at,
  acknowledgedAt: row.acknowledged_at,
  acknowledgedBy: row.acknowledged_by,
  resolvedAt: row.resolved_at,
  resolvedBy: row.resolved_by,
  assignedTo: row.assigned_to,
  previousId: row.previous_id,
  wakeAt: row.wake_at,
  isQuiet: row.is_quiet,
})
