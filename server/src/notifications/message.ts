import { sql } from 'kysely'
import type { Message, PagedIncident } from '../channels/types.ts'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { type ContactMethod, fullAddressOf, type Reach, readReach } from '../people/reach.ts'
import type { Db } from '../platform/db.ts'
import type { Leased } from './lease.ts'
import { replyToken } from './reply-tokens.ts'
import { byUrgency } from './window.ts'

/** What is to be sent and where to, or why it cannot be. */
export type Letter = { address: string; message: Message } | { problem: string }

/** Reads what these messages say, all at once. One answer per message, in their order. */
export async function writeLetters(
  deps: Pick<Deps, 'db' | 'config' | 'secrets'>,
  leased: readonly Leased[],
): Promise<Letter[]> {
  const pages = leased.flatMap((one) => one.pages)
  const people = await readReach(
    deps.db,
    pages.map(({ userId }) => userId),
  )
  const incidents = await readIncidents(
    deps.db,
    publicUrlOf(deps.config),
    pages.flatMap(({ incidentId }) => incidentId ?? []),
  )
  return leased.map((one) => letterOf(deps, one, people.get(one.pages[0].userId), incidents))
}

type Incidents = ReadonlyMap<string, PagedIncident>

function letterOf(
  { secrets, config }: Pick<Deps, 'config' | 'secrets'>,
  { key, pages }: Leased,
  reach: Reach | undefined,
  known: Incidents,
): Letter {
  const method = reach?.methods.find(({ id }) => id === pages[0].contactMethodId)
  if (!reach || reach.user.disabled) return { problem: `${reach?.user.name ?? 'This person'} is disabled` }
  if (!method) return { problem: 'This contact method has been deleted' }
  const address = fullAddressOf(secrets, method)
  const problem = problemOf(method, address)
  if (problem !== null || address === null) return { problem: problem ?? UNREADABLE }
  const publicUrl = publicUrlOf(config)
  const sorted = pages.toSorted(byUrgency)
  const incidents = [...new Set(sorted.map(({ incidentId }) => incidentId))].flatMap((id) =>
    id ? (known.get(id) ?? []) : [],
  )
  if (incidents.length === 0)
    return {
      address,
      message: { kind: 'test', key, person: reach.user, settingsUrl: `${publicUrl}/settings/profile` },
    }
  const token = replyToken(secrets, sorted[0]!.id)
  const reply = `${publicUrl}/reply/${token}`
  const replies = {
    acknowledgeUrl: `${reply}?action=acknowledge`,
    resolveUrl: `${reply}?action=resolve`,
    token,
  }
  const allUrl = `${publicUrl}/incidents?status=active`
  return { address, message: { kind: 'page', key, person: reach.user, incidents, replies, allUrl } }
}

const UNREADABLE = 'This address was stored under another secret key: it must be entered again'

function problemOf({ verifiedAt }: ContactMethod, address: string | null): string | null {
  if (!verifiedAt) return 'This contact method is not verified any more'
  return address === null ? UNREADABLE : null
}

async function readIncidents(db: Db, publicUrl: string, ids: readonly string[]): Promise<Incidents> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<Omit<PagedIncident, 'url'> & { id: string }>`
    select i.id, i.number, i.title, i.severity, i.urgency, s.name as "serviceName", i.source, i.created_at as "openedAt"
    from incidents i join services s on s.id = i.service_id
    where i.id = any(${[...new Set(ids)]}::uuid[])`.execute(db)
  return new Map(
    rows.map(({ id, ...incident }) => [
      id,
      { ...incident, url: `${publicUrl}/incidents/${incident.number}` },
    ]),
  )
}
