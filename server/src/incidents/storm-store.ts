import { sql } from 'kysely'
import type { Severity } from '#contract/common.ts'
import type { Trx } from '../platform/db.ts'
import type { Incident } from './model.ts'
import type { IncidentKey } from './store.ts'
import { type FoldedEvent, type FoldedProblem, isStormKey, type Storm } from './storm.ts'
import type { WorkingSet } from './working-set.ts'

type StormRow = {
  incident_id: string
  listed: number
  not_listed: number
  severities: Storm['severities'] | null
  first_titles: string[] | null
  last_folded_at: Date | null
}

/**
 * Loads what is known of the storms among these incidents, and their problems that go by these keys. Whoever holds the
 * rows of the incidents can rely on it. Incidents that are about no storm cost nothing.
 */
export async function loadStorms(
  trx: Trx,
  changes: WorkingSet,
  incidents: readonly { incident: Incident }[],
  keys: readonly IncidentKey[],
): Promise<void> {
  const ids = incidents.flatMap(({ incident: { id, dedupKey } }) => (isStormKey(dedupKey) ? [id] : []))
  if (ids.length === 0) return
  const [storms, problems] = await Promise.all([readStorms(trx, ids), readProblems(trx, ids, keys)])
  changes.storms.load(storms, problems)
}

/** One that was reopened has lost its row: its list goes on where it had ended. */
async function readStorms(trx: Trx, ids: readonly string[]): Promise<Storm[]> {
  const { rows } = await sql<StormRow>`
    select i.id as incident_id, coalesce(s.listed, f.listed) as listed,
      coalesce(s.not_listed, i.event_count - f.alerts) as not_listed, s.severities, s.first_titles, s.last_folded_at
    from incidents i left join storms s on s.incident_id = i.id
    left join lateral (
      select count(*) as listed, coalesce(sum(event_count), 0)::bigint as alerts
      from folded_problems where storm_id = i.id and s.incident_id is null
    ) f on true
    where i.id = any(${[...ids]}::uuid[])`.execute(trx)
  return rows.map((row) => ({
    incidentId: row.incident_id,
    listed: row.listed,
    notListed: row.not_listed,
    severities: row.severities ?? {},
    firstTitles: row.first_titles ?? [],
    lastFoldedAt: row.last_folded_at ?? new Date(0),
  }))
}

type ProblemRow = {
  storm_id: string
  service_id: string
  dedup_key: string
  names: string[] | null
  state: FoldedProblem['state']
  title: string
  severity: Severity
  source: string | null
  link: string | null
  event_count: number
  first_event_at: Date
  last_event_at: Date
  incident_id: string | null
}

/** Of these storms, what has one of these keys or waits under one of them. */
export async function readProblems(
  trx: Trx,
  stormIds: readonly string[],
  keys: readonly IncidentKey[],
): Promise<FoldedProblem[]> {
  const { rows } = await sql<ProblemRow>`
    with keys as (
      select distinct "serviceId" as service_id, key
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("serviceId" uuid, key text)
    ), wanted as (
      select i.id as storm_id, k.key as dedup_key from incidents i join keys k on k.service_id = i.service_id
      where i.id = any(${stormIds}::uuid[])
      union
      select n.storm_id, n.dedup_key from keys k join folded_names n on n.service_id = k.service_id and n.name = k.key
      where n.storm_id = any(${stormIds}::uuid[])
    )
    select f.storm_id, i.service_id, f.dedup_key, f.state, f.title, f.severity, f.source, f.link, f.event_count,
      f.first_event_at, f.last_event_at, f.incident_id, (
        select array_agg(n.name) from folded_names n where n.storm_id = f.storm_id and n.dedup_key = f.dedup_key
      ) as names
    from wanted w join folded_problems f on f.storm_id = w.storm_id and f.dedup_key = w.dedup_key
    join incidents i on i.id = f.storm_id`.execute(trx)
  return rows.map((row) => ({
    stormId: row.storm_id,
    serviceId: row.service_id,
    dedupKey: row.dedup_key,
    names: row.names ?? [row.dedup_key],
    state: row.state,
    title: row.title,
    severity: row.severity,
    source: row.source,
    link: row.link,
    event: null,
    eventCount: row.event_count,
    firstEventAt: row.first_event_at,
    lastEventAt: row.last_event_at,
    incidentId: row.incident_id,
  }))
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
  const folded = problems.filter(({ event }) => event !== null)
  const over = changes.resolved.filter(({ dedupKey }) => isStormKey(dedupKey)).map(({ id }) => id)
  return Promise.all([
    storms.length > 0 && saveStorms(trx, storms),
    settled.length > 0 && settleProblems(trx, settled),
    folded.length > 0 && saveFolded(trx, folded),
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

async function settleProblems(trx: Trx, problems: readonly FoldedProblem[]): Promise<void> {
  const given = sql`jsonb_to_recordset(${JSON.stringify(problems)}::jsonb) as x(${problemColumns})`
  await sql`
    with settled as (
      update folded_problems f set state = x.state, incident_id = x."incidentId"
      from ${given}
      where x.event is null and f.storm_id = x."stormId" and f.dedup_key = x."dedupKey"
    )
    delete from folded_names n using ${given}
    where n.storm_id = x."stormId" and n.dedup_key = x."dedupKey"`.execute(trx)
}

async function saveFolded(trx: Trx, problems: readonly FoldedProblem[]): Promise<void> {
  await sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(problems.map((problem, place) => ({ ...problem, place })))}::jsonb)
        as x(${problemColumns}, place bigint)
    ), listed as (
      insert into folded_problems (
        storm_id, dedup_key, state, title, severity, source, link, event, event_count, first_event_at, last_event_at,
        incident_id)
      select "stormId", "dedupKey", state, title, severity, source, link, event, "eventCount", "firstEventAt",
        "lastEventAt", "incidentId"
      from given order by place
      on conflict (storm_id, dedup_key) do update set
        state = excluded.state, severity = excluded.severity, link = excluded.link, event = excluded.event,
        event_count = excluded.event_count, last_event_at = excluded.last_event_at, incident_id = excluded.incident_id
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
