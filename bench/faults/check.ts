import pg from 'pg'
import type { Ledger, Message, ProgramEvent, Story } from './ledger.ts'

type DeliveryRow = {
  title: string | null
  result: string | null
  incident_id: string | null
  is_repeat: boolean
}
type IncidentRow = {
  id: string
  dedup_key: string
  status: string
  event_count: number
  begun: number
  resolved: number
  pages: number
}

/** What is in the database of one service. */
export type Found = { deliveries: DeliveryRow[]; incidents: IncidentRow[] }

export async function lookInto(databaseUrl: string, serviceId: string): Promise<Found> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const deliveries = await client.query(
      `select title, result, incident_id, coalesce(reason like 'A repeat of a delivery%', false) as is_repeat
       from deliveries where integration_id in (select id from integrations where service_id = $1)`,
      [serviceId],
    )
    const incidents = await client.query(
      `select i.id, i.dedup_key, i.status, i.event_count::int as event_count,
         (select count(*)::int from timeline_entries t where t.incident_id = i.id and t.kind = 'triggered') as begun,
         (select count(*)::int from timeline_entries t where t.incident_id = i.id and t.kind = 'resolved') as resolved,
         (select count(*)::int from escalations e where e.incident_id = i.id) as pages
       from incidents i where i.service_id = $1 order by i.number`,
      [serviceId],
    )
    return { deliveries: deliveries.rows, incidents: incidents.rows }
  } finally {
    await client.end()
  }
}

/** In words, everything in which the database differs from what the senders were told. */
export function differences(ledger: Ledger, found: Found): string[] {
  const applied = Map.groupBy(
    found.deliveries.filter(({ is_repeat }) => !is_repeat),
    ({ title }) => title ?? '',
  )
  const incidents = Map.groupBy(found.incidents, ({ dedup_key }) => dedup_key)
  const known = new Set(ledger.messages.map(({ marker }) => marker))
  return [
    ...ledger.wrongAnswers,
    ...ledger.messages.flatMap((message) => wrongTimes(message, applied.get(message.marker)?.length ?? 0)),
    ...[...applied.keys()].flatMap((title) => (known.has(title) ? [] : [`"${title}" was never sent`])),
    ...ledger.stories.flatMap((story) => wrongStory(story, incidents.get(keyOf(story)) ?? [])),
    ...ledger.programEvents.flatMap((event) => wrongProgramEvent(event, incidents.get(event.key) ?? [])),
    ...wrongIncidents(found),
  ]
}

/** Sentry's issues have keys of their own. */
const keyOf = ({ key }: Story) => `sentry-${key}`

function wrongTimes({ marker, outcome, sent }: Message, times: number): string[] {
  const least = outcome === 'accepted' ? 1 : 0
  if (times >= least && times <= 1) return []
  return [`${marker} was ${outcome} (sent ${sent} times) and is there ${times} times`]
}

/** The incidents that a story makes: how many events each has counted; the last one may still be active. */
type Told = { counts: number[]; isActive: boolean }

export function told(messages: readonly Message[]): Told {
  const counts: number[] = []
  let isActive = false
  for (const { action } of messages) {
    if (action === 'resolve') isActive = false
    else if (isActive) counts[counts.length - 1]! += 1
    else {
      counts.push(1)
      isActive = true
    }
  }
  return { counts, isActive }
}

/** Only the last message of a story can be one of which it is not known whether it was applied. */
function wrongStory({ key, isInOrder, messages }: Story, incidents: readonly IncidentRow[]): string[] {
  const last = messages.at(-1)
  const isSure = last?.outcome !== 'unknown'
  const found = {
    counts: incidents.map(({ event_count }) => event_count),
    isActive: incidents.some(({ status }) => status !== 'resolved'),
  }
  const possible = [told(messages), ...(isSure ? [] : [told(messages.slice(0, -1))])]
  const isPossible = possible.some((one) =>
    isInOrder ? JSON.stringify(one) === JSON.stringify(found) : sum(one.counts) === sum(found.counts),
  )
  if (isPossible) return []
  const sequence = messages
    .map(({ action, outcome }) => (outcome === 'unknown' ? `${action}?` : action))
    .join(', ')
  return [
    `${key} (${sequence}) made ${JSON.stringify(found)}, not ${possible.map((one) => JSON.stringify(one)).join(' or ')}`,
  ]
}

function wrongProgramEvent({ key, outcome }: ProgramEvent, incidents: readonly IncidentRow[]): string[] {
  const events = sum(incidents.map(({ event_count }) => event_count))
  return events === 1 || (events === 0 && outcome === 'unknown')
    ? []
    : [`${key} was ${outcome} and has been applied ${events} times`]
}

const COUNTED = ['triggered', 'deduplicated', 'reopened']

/** What holds for every incident, whatever was sent. */
function wrongIncidents({ deliveries, incidents }: Found): string[] {
  const counted = deliveries.filter(({ result, is_repeat }) => !is_repeat && COUNTED.includes(result ?? ''))
  const events = Map.groupBy(counted, ({ incident_id }) => incident_id)
  const active = Map.groupBy(
    incidents.filter(({ status }) => status !== 'resolved'),
    ({ dedup_key }) => dedup_key,
  )
  return [
    ...[...active].flatMap(([key, { length }]) =>
      length > 1 ? [`${key} has ${length} active incidents`] : [],
    ),
    ...incidents.flatMap((incident) => {
      const { id, dedup_key: key, status, event_count, begun, resolved, pages } = incident
      const isActive = status !== 'resolved'
      const logged = key.startsWith('program-') ? event_count : (events.get(id)?.length ?? 0)
      return [
        ...(logged === event_count
          ? []
          : [`${key} has counted ${event_count} events; the log has ${logged}`]),
        ...(begun === 1 ? [] : [`${key} has ${begun} entries of its beginning`]),
        ...(resolved === (isActive ? 0 : 1)
          ? []
          : [`${key} is ${status} and has ${resolved} entries of its end`]),
        ...(pages === (isActive ? 1 : 0) ? [] : [`${key} is ${status} and has ${pages} escalation rows`]),
      ]
    }),
  ]
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
