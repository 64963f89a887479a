import { createPages } from '../notifications/create.ts'
import type { ChannelProblems } from '../notifications/plan.ts'
import { readReach } from '../people/reach.ts'
import { listAdministrators } from '../people/store.ts'
import type { Trx } from '../platform/db.ts'
import type { Found } from './people.ts'
import type { Attempt, Turn } from './turns.ts'
import { reasonAgainst } from './words.ts'

/** What came of an attempt: who has pages now, and why others have none. */
export type Attempted = {
  paged: { id: string; name: string }[]
  already: { id: string; name: string }[]
  problems: string[]
}

/** Writes the pages of all these attempts at once. */
export async function attemptAll(
  trx: Trx,
  attempts: readonly Attempt[],
  channelProblems: ChannelProblems,
  now: Date,
): Promise<Map<Turn, Attempted>> {
  const asked = attempts.flatMap((attempt) => attempt.people.map((person) => ({ attempt, person })))
  const requests = asked.map(({ attempt: { turn, cause, step, cycle }, person }) => ({
    ...{ incidentId: turn.incidentId, userId: person.id, urgency: turn.row.urgency, cause, step, cycle },
    dueAt: turn.row.dueAt,
  }))
  const pages = await createPages(trx, requests, now, channelProblems)
  const results = new Map<Turn, Attempted>(
    attempts.map(({ turn, already, problems }) => [turn, { paged: [], already, problems: [...problems] }]),
  )
  for (const [index, { attempt, person }] of asked.entries()) {
    const [result, page] = [results.get(attempt.turn)!, pages[index]!]
    if (page.planned > 0) result.paged.push(person)
    else result.problems.push(reasonAgainst(person.name, page))
  }
  return results
}

/** The administrators who may be reached at all: where none has a verified contact method nothing is written about them. */
export async function findAdministrators(trx: Trx): Promise<Found> {
  const reach = await readReach(trx, await listAdministrators(trx))
  const people = [...reach.values()]
    .filter(({ methods }) => methods.some(({ verifiedAt }) => verifiedAt !== null))
    .map(({ user: { id, name } }) => ({ id, name }))
  if (people.length > 0) return { people, problems: [] }
  const problem =
    reach.size === 0 ? 'there is no administrator' : 'no administrator has a verified contact method'
  return { people, problems: [problem] }
}
