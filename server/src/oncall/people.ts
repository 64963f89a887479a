import type { Db, Trx } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { isUuid } from '../platform/ids.ts'
import type { Principal } from '../platform/principal.ts'

export type Person = { id: string; name: string; isGone: boolean }

/** Those of these ids that are people, also people who are gone. */
export async function readPeople(db: Db, userIds: Iterable<string>): Promise<Map<string, Person>> {
  const ids = [...new Set(userIds)].filter(isUuid)
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('users')
    .select(['id', 'name', 'disabled_at', 'deleted_at'])
    .where('id', 'in', ids)
    .execute()
  return new Map(
    rows.map(({ id, name, disabled_at, deleted_at }) => [
      id,
      { id, name, isGone: disabled_at !== null || deleted_at !== null },
    ]),
  )
}

/** The same, held against deletion until the transaction ends: for whoever is about to be named somewhere. */
export async function holdPeople(trx: Trx, userIds: Iterable<string>): Promise<Map<string, Person>> {
  const ids = [...new Set(userIds)].filter(isUuid)
  if (ids.length > 0)
    await trx.selectFrom('users').select('id').where('id', 'in', ids).orderBy('id').forKeyShare().execute()
  return readPeople(trx, ids)
}

/** Throws `invalid_request` that names the field, for a stranger and for somebody who is gone. */
export function demandPresent(people: ReadonlyMap<string, Person>, path: string, id: string): Person {
  const person = demandKnown(people, path, id)
  if (person.isGone) throw refusal(path, `${person.name} is disabled`)
  return person
}

/** Throws `invalid_request` that names the field, for a stranger. */
export function demandKnown(people: ReadonlyMap<string, Person>, path: string, id: string): Person {
  const person = people.get(id)
  if (!person) throw refusal(path, 'There is no such person')
  return person
}

export const refusal = (path: string, message: string) =>
  new AppError('invalid_request', `This cannot be done. ${path}: ${message}`, { errors: [{ path, message }] })

/** The id of the person who asks; null for API keys, which are nobody. */
export const personOf = ({ actor }: Principal): string | null => (actor.kind === 'user' ? actor.id : null)

export const forbidden = (message: string) => new AppError('forbidden', message)
