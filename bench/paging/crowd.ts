import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { GATHER_SECONDS } from '../../server/src/notifications/window.ts'
import type { Db } from '../../server/src/platform/db.ts'
import type { Check } from '../stage/checks.ts'
import { type Figures, figuresOf } from '../stage/figures.ts'
import { type Alert, trigger } from './alerts.ts'
import { addresseeOf } from './at-rest.ts'
import type { Arrival, MailServer } from './mail-server.ts'
import { numbersIn } from './numbers.ts'
import type { OnCall } from './people.ts'

/** In milliseconds, from the first alert about a person: to their first mail, and to the second one, beyond the 30 seconds that it waits for. */
export type Crowd = { incidents: number; people: number; mails: number; first: Figures; gathered: Figures }

const CONNECTIONS = 16
const ENOUGH_MS = (GATHER_SECONDS + 30) * 1_000

/** Everything breaks at once: all alerts are sent as fast as they are answered, in turn about one person after the other. */
export async function measureCrowd(
  { port, db }: { port: number; db: Db },
  mails: MailServer,
  people: readonly OnCall[],
  incidents: number,
): Promise<{ figures: Crowd; checks: Check[] }> {
  const alerts = await fireAll(port, people, incidents)
  const deadline = performance.now() + ENOUGH_MS
  while (mails.count < 2 * people.length && performance.now() < deadline) await delay(50)
  // What should not come has a moment to come.
  await delay(2_000)
  const arrivals = await mails.take()
  const byPerson = Map.groupBy(arrivals, ({ mail }) => addresseeOf(mail))
  const waits = people.flatMap(({ email }) => waitsOf(email, alerts, byPerson.get(email) ?? []))
  const seconds = ENOUGH_MS / 1_000
  return {
    figures: {
      ...{ incidents, people: people.length, mails: arrivals.length },
      first: figuresOf(
        waits.map(({ first }) => first),
        seconds,
      ),
      gathered: figuresOf(
        waits.map(({ gathered }) => gathered),
        seconds,
      ),
    },
    checks: [...checksOf(alerts, arrivals, people.length), ...(await ledgerChecks(db, alerts))],
  }
}

async function fireAll(port: number, people: readonly OnCall[], incidents: number): Promise<Alert[]> {
  const alerts: Alert[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let index = next++; index < incidents; index = next++)
        alerts.push(await trigger(port, people[index % people.length]!, `At once ${index}`))
    }),
  )
  return alerts
}

function waitsOf(email: string, alerts: readonly Alert[], arrivals: readonly Arrival[]) {
  const [first, second] = arrivals
  if (!first || !second) return []
  const sentAt = Math.min(...alerts.filter((alert) => alert.email === email).map((alert) => alert.sentAt))
  return [{ first: first.at - sentAt, gathered: second.at - sentAt - GATHER_SECONDS * 1_000 }]
}

function checksOf(alerts: readonly Alert[], arrivals: readonly Arrival[], people: number): Check[] {
  const owner = new Map(alerts.map(({ number, email }) => [number, email]))
  const named = arrivals.flatMap(({ mail }) =>
    numbersIn(mail).map((number) => ({ number, email: addresseeOf(mail) })),
  )
  const right = named.filter(({ number, email }) => owner.get(number) === email)
  return [
    { what: 'at once: mails = two a person', expected: 2 * people, found: arrivals.length },
    { what: 'at once: incidents named in mails, each once', expected: alerts.length, found: named.length },
    { what: 'at once: of them to the right person', expected: alerts.length, found: right.length },
    {
      what: 'at once: keys of mails',
      expected: arrivals.length,
      found: new Set(arrivals.map(({ mail }) => mail.messageId)).size,
    },
  ]
}

/** What the database says about the same. */
async function ledgerChecks(db: Db, alerts: readonly Alert[]): Promise<Check[]> {
  const { rows } = await sql<{ pages: number; sent: number; told: number }>`
    with ours as (select id from incidents where number = any(${alerts.map(({ number }) => number)}::bigint[]))
    select (select count(*) from pages where incident_id in (select id from ours)) as pages,
      (select count(*) from pages where incident_id in (select id from ours) and status = 'sent' and attempts = 1) as sent,
      (select count(*) from timeline_entries where incident_id in (select id from ours) and kind = 'page_sent') as told`.execute(
    db,
  )
  const { pages = 0, sent = 0, told = 0 } = rows[0] ?? {}
  const expected = alerts.length
  return [
    { what: 'at once: pages in the ledger', expected, found: pages },
    { what: 'at once: of them sent at the first attempt', expected, found: sent },
    { what: 'at once: entries in timelines', expected, found: told },
  ]
}
