import { sql } from 'kysely'
import type { Trx } from '../platform/db.ts'
import type { Incident } from './model.ts'
import type { IncidentKey } from './store.ts'
import { FIRST_TITLES, type FoldedEvent, type FoldedProblem, isStormKey, type Storm } from './storm.ts'
import type { WorkingSet } from './working-set.ts'

type Found = { incident: Incident }

/**
 * Loads what is known of the storms among these incidents, and their problems that go by these keys. Whoever holds the
 * rows of the incidents can rely on it. Incidents that are about no storm cost nothing.
 */
export async function loadStorms(
  trx: Trx,
  changes: WorkingSet,
  incidents: readonly Found[],
  keys: readonly IncidentKey[],
): Promise<void> {
  const about = incidents.filter(({ incident }) => isStormKey(incident.dedupKey))
  if (about.length === 0) return
  const ids = about.map(({ incident }) => incident.id)
  const [storms, problems] = await Promise.all([readStorms(trx, ids), readProblems(trx, ids, keys)])
  const lost = ids.filter((id) => storms.every(({ incidentId }) => incidentId !== id))
  changes.storms.load([...storms, ...(lost.length > 0 ? await recount(trx, lost) : [])], problems)
}

async function readStorms(trx: Trx, ids: readonly string[]): Promise<Storm[]> {
  const { rows } = await sql<Storm>`
    select incident_id as "incidentId", listed, not_listed as "notListed", severities, first_titles as "firstTitles",
      last_folded_at as "lastFoldedAt"
    from storms where incident_id = any(${[...ids]}::uuid[])`.execute(trx)
  return rows
}

/** Of storms that were reopened, or that the release before has only counted: their lists go on where they had ended. */
async function recount(trx: Trx, ids: readonly string[]): Promise<Storm[]> {
  const { rows } = await sql<Storm>`
    select i.id as "incidentId", f.listed, i.event_count - f.alerts as "notListed", i.last_event_at as "lastFoldedAt",
      array(
        select title from folded_problems where storm_id = i.id order by number limit ${FIRST_TITLES}
      ) as "firstTitles", (
        select coalesce(jsonb_object_agg(severity, n), '{}')
        from (select severity, count(*) as n from folded_problems where storm_id = i.id group by severity) as counts
      ) as severities
    from incidents i cross join lateral (
      select count(*) as listed, coalesce(sum(event_count), 0)::bigint as alerts from folded_problems where storm_id = i.id
    ) f where i.id = any(${[...ids]}::uuid[])`.execute(trx)
  return rows
}

type ProblemRow = Omit<FoldedProblem, 'names' | 'event'> & { names: string[] | null }

/**
 * Of these storms, what has one of these keys or waits under one of them. Key by key: a plan that reads the whole table
 * must not come of its having been small once.
 */
export async function readProblems(
  trx: Trx,
  stormIds: readonly string[],
  keys: readonly IncidentKey[],
): Promise<FoldedProblem[]> {
  const { rows } = await sql<ProblemRow>`
    with keys as (
      select distinct "serviceId" as service_id, key
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("serviceId" uuid, key text)
    ), storms as (
      select i.id, i.service_id from incidents i where i.id = any(${[...stormIds]}::uuid[])
    ), wanted as (
      select s.id as storm_id, k.key as dedup_key from storms s join keys k on k.service_id = s.service_id
      union
      select waiting.storm_id, waiting.dedup_key from keys k cross join lateral (
        select n.storm_id, n.dedup_key from folded_names n where n.service_id = k.service_id and n.name = k.key limit 1
      ) as waiting
    )
    select f.storm_id as "stormId", s.service_id as "serviceId", f.dedup_key as "dedupKey", f.state, f.title, f.severity,
      f.source, f.link, f.event_count as "eventCount", f.first_event_at as "firstEventAt",
      f.last_event_at as "lastEventAt", f.incident_id as "incidentId", (
        select array_agg(n.name) from folded_names n where n.storm_id = f.storm_id and n.dedup_key = f.dedup_key
      ) as names
    from wanted w join storms s on s.id = w.storm_id
    cross join lateral (
      select * from folded_problems p where p.storm_id = w.storm_id and p.dedup_key = w.dedup_key limit 1
    ) as f`.execute(trx)
  return rows.map((row) => ({ ...row, names: row.names ?? [row.dedupKey], event: null }))
}

/** What else it takes to open these problems of a storm, by key. */
export async function readEvents(
  trx: Trx,
  stormId: string,
  keys: readonly string[],
): Promise<Map<string, FoldedEvent>> {
  const { rows } = await sql<{ dedup_key: string; event: FoldedEvent }>`
    select dedup_key, event from folded_problems
    where storm_id = ${stormId} and dedup_key = any(${[...keys]}::text[])`.execute(trx)
  return new Map(rows.map(({ dedup_key, event }) => [dedup_key, event]))
}

/**
 * Writes what has changed of storms, after their incidents and those that were opened from them. All is sent at once, in
 * this order: what no longer waits gives its names back first, as another problem may take them.
 */
export function writeStorms(trx: Trx, changes: WorkingSet): Promise<unknown> {
  const { storms, problems } = changes.storms
  const settled = problems.filter(({ state }) => state !== 'folded')
  const over = changes.resolved.filter(({ dedupKey }) => isStormKey(dedupKey)).map(({ id }) => id)
  return Promise.all([
    storms.length > 0 && saveStorms(trx, storms),
    settled.length > 0 && giveNamesBack(trx, settled),
    problems.length > 0 && saveProblems(trx, problems),
    over.length > 0 && endStorms(trx, over),
  ])
}

async function saveStorms(trx: Trx, storms: readonly Storm[]): Promise<void> {
  await sql`
    insert into storms (incident_id, listed, not_listed, severities, first_titles, last_folded_at)
    select "incidentId", listed, "notListed", severities, array(select jsonb_array_elements_text("firstTitles")), "lastFoldedAt"
    from jsonb_to_recordset(${JSON.stringify(storms)}::jsonb) as x(
      "incidentId" uuid, listed int, "notListed" bigint, severities jsonb, "firstTitles" jsonb, "lastFoldedAt" timestamptz)
    on conflict (incident_id) do update set
      listed = excluded.listed, not_listed = excluded.not_listed, severities = excluded.severities,
      first_titles = excluded.first_titles, last_folded_at = excluded.last_folded_at`.execute(trx)
}

const problemColumns = sql`
  "stormId" uuid, "serviceId" uuid, "dedupKey" text, names jsonb, state text, title text, severity text, source text,
  link text, event jsonb, "eventCount" bigint, "firstEventAt" timestamptz, "lastEventAt" timestamptz, "incidentId" uuid`

async function giveNamesBack(trx: Trx, problems: readonly FoldedProblem[]): Promise<void> {
  const keys = problems.map(({ stormId, dedupKey }) => ({ stormId, dedupKey }))
  await sql`
    delete from folded_names where ctid = any(array(
      select own.ctid from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as x("stormId" uuid, "dedupKey" text)
      cross join lateral (
        select n.ctid from folded_names n where n.storm_id = x."stormId" and n.dedup_key = x."dedupKey" offset 0
      ) as own))`.execute(trx)
}

/** An event that was not read is stored already, and stays. */
async function saveProblems(trx: Trx, problems: readonly FoldedProblem[]): Promise<void> {
  const rows = problems.map((problem, place) => ({ ...problem, event: problem.event ?? {}, place }))
  await sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(${problemColumns}, place bigint)
    ), listed as (
      insert into folded_problems (
        storm_id, dedup_key, state, title, severity, source, link, event, event_count, first_event_at, last_event_at,
        incident_id)
      select "stormId", "dedupKey", state, title, severity, source, link, event, "eventCount", "firstEventAt",
        "lastEventAt", "incidentId"
      from given order by place
      on conflict (storm_id, dedup_key) do update set
        state = excluded.state, severity = excluded.severity, link = excluded.link,
        event = coalesce(nullif(excluded.event, '{}'), folded_problems.event), event_count = excluded.event_count,
        last_event_at = excluded.last_event_at, incident_id = excluded.incident_id
    )
    insert into folded_names (service_id, name, storm_id, dedup_key)
    select "serviceId", name, "stormId", "dedupKey"
    from given, jsonb_array_elements_text(names) as name where state = 'folded'
    -- A name that another problem has already stays with that one.
    on conflict (service_id, name) do nothing`.execute(trx)
}

/** Nothing waits in a storm whose incident is resolved: what is listed stays as it is, to be read. */
async function endStorms(trx: Trx, ids: readonly string[]): Promise<void> {
  await sql`
    with names as (delete from folded_names where storm_id = any(${[...ids]}::uuid[]))
    delete from storms where incident_id = any(${[...ids]}::uuid[])`.execute(trx)
}
