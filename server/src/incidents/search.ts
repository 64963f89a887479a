import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { IncidentQuery } from '#contract/incidents.ts'
import type { Db } from '../platform/db.ts'
import { isUuid } from '../platform/ids.ts'
import { numberOfCursor } from '../platform/pages.ts'
import { numberOf } from './keys.ts'
import type { Summaries, SummaryRow } from './list.ts'

/** What an incident `i` is searched by. */
const textOfIncident = sql<string>`(i.title || ' ' || coalesce(i.source, '') || ' ' || i.dedup_key)`

const INDEXED_AT_ONCE = 2_000
/** Transactions that took a lower number may commit after those with higher ones. */
const OVERLAP = 10_000

/** Puts the texts of incidents that are not there yet into the index of words. Safe to run twice, also at once. */
export async function indexWords(db: Db): Promise<void> {
  let indexed: bigint | undefined
  do {
    const result = await sql`
      insert into incident_texts (number, text)
      select i.number, ${textOfIncident} from incidents i
      where i.number > (select coalesce(max(number), 0) from incident_texts) - ${OVERLAP}::bigint
        and not exists (select from incident_texts t where t.number = i.number)
      order by i.number limit ${INDEXED_AT_ONCE}
      on conflict do nothing`.execute(db)
    indexed = result.numAffectedRows
  } while (indexed === BigInt(INDEXED_AT_ONCE))
}

/** What somebody looks for: words that must all be there, or the number of an incident. */
export type Search = { words: string[]; number: number | null }

const WORDS_MAX = 10

/** Null when there is nothing to look for. */
export function searchOf(q: string): Search | null {
  const words = q.split(/\s+/).filter(Boolean).slice(0, WORDS_MAX)
  return words.length === 0 ? null : { words, number: numberOf(q.trim()) }
}

/** What `rows` finds of a search, newest first. Words too short for the index are looked for in the newest incidents only. */
export async function findWords(
  db: Db,
  rows: Summaries,
  { words, number }: Search,
  query: IncidentQuery,
): Promise<SummaryRow[]> {
  const named = number === null ? [] : await rows.where('i.number', '=', number).execute()
  const found = await newestWithWords(db, rows, words, query)
  const others = named.filter(({ id }) => found.every((row) => row.id !== id))
  return [...found, ...others].toSorted((a, b) => b.number - a.number).slice(0, query.limit + 1)
}

/** How many of the newest incidents are gone through one by one; the index of words knows the others. */
const GONE_THROUGH = 2_000
/** The same for words that are too short for the index. */
const GONE_THROUGH_WITHOUT_INDEX = 5_000
/** As many are as quickly found among all incidents. */
const MANY = 100_000

/**
 * The index of words gives its finds in no order. So frequent words are looked for by going through the newest incidents,
 * rare ones in the index, and those between in the index among as many of the newest as should hold a page. Going through
 * all incidents, as PostgreSQL would in search of two frequent words that never meet, takes seconds.
 */
async function newestWithWords(
  db: Db,
  rows: Summaries,
  words: readonly string[],
  query: IncidentQuery,
): Promise<SummaryRow[]> {
  const newest = newestOf(db, query)
  const canUseIndex = words.some(isIndexed)
  const floor = await newest(canUseIndex ? GONE_THROUGH : GONE_THROUGH_WITHOUT_INDEX)
  const recent = await rows
    .where(hasAll(textOfIncident, words))
    .$if(floor !== null, (all) => all.where('i.number', '>=', floor))
    .orderBy('i.number', 'desc')
    .execute()
  if (floor === null || recent.length > query.limit || !canUseIndex) return recent

  const older = (from: number | null) =>
    rows
      .innerJoin(numbersWith(words, { from, below: floor }).as('m'), 'm.number', 'i.number')
      .orderBy('m.number', 'desc')
      .execute()
  const enough = Math.round((2 * GONE_THROUGH * query.limit) / recent.length)
  const more = enough > MANY ? [] : await older(await newest(enough))
  const isEnough = recent.length + more.length > query.limit
  return [...recent, ...(isEnough ? more : await older(null))]
}

/**
 * Tells the number of the oldest of the newest so many, along the index of one of the filters: wherever these are, to go
 * through them costs the same. Null when there are fewer.
 */
function newestOf(db: Db, { status, serviceId, severity, cursor }: IncidentQuery) {
  let rows = db.selectFrom('incidents').select('number').orderBy('number', 'desc').limit(1)
  const before = numberOfCursor(cursor)
  if (before !== null) rows = rows.where('number', '<', before)
  if (status && !status.includes('resolved')) rows = rows.where('status', '<>', 'resolved')
  else if (serviceId?.length === 1) rows = rows.where('service_id', '=', serviceId.find(isUuid) ?? null)
  else if (severity?.length === 1) rows = rows.where('severity', '=', severity[0]!)
  return async (count: number) => (await rows.offset(count - 1).executeTakeFirst())?.number ?? null
}

/** The index is one of trigrams: a word has to have three letters or digits in a row to be in it. */
const isIndexed = (word: string) => /[\p{L}\p{N}]{3}/u.test(word)

/** `offset 0` keeps PostgreSQL from going through incidents in their order instead. */
const numbersWith = (
  words: readonly string[],
  { from, below }: { from: number | null; below: number },
) => sql<{
  number: number
}>`(
  select t.number from incident_texts t
  where ${hasAllByIndex(words)} and t.number >= ${from ?? 0} and t.number < ${below} offset 0)`

const has = (text: RawBuilder<string>, word: string) =>
  sql<SqlBool>`${text} ilike ${`%${word.replace(/[\\%_]/g, '\\$&')}%`}`
const all = (conditions: RawBuilder<SqlBool>[]) => sql<SqlBool>`(${sql.join(conditions, sql` and `)})`
const hasAll = (text: RawBuilder<string>, words: readonly string[]) =>
  all(words.map((word) => has(text, word)))

/** A long number says nearly all. What keys have beside it, most of them have, and the index would go through these. */
const hasAllByIndex = (words: readonly string[]) =>
  all(
    words.map((word) => {
      const digits = /\d{6,}/.exec(word)?.[0]
      const indexed = has(sql<string>`t.text`, digits ?? word)
      return digits === undefined ? indexed : all([indexed, has(sql<string>`(t.text || '')`, word)])
    }),
  )
