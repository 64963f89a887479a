import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { IncidentQuery } from '#contract/incidents.ts'
import type { Db } from '../platform/db.ts'
import { asksForActive, incidentsOf, type Numbers, newestNumbers, passes } from './filters.ts'
import { numberOf } from './keys.ts'
import { type SummaryRow, summaries } from './list.ts'

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
      with newest as materialized (select coalesce(max(number), 0) - ${OVERLAP}::bigint as number from incident_texts)
      insert into incident_texts (number, text)
      select i.number, ${textOfIncident} from incidents i
      where i.number > (select number from newest) and not exists (
        select from incident_texts t where t.number = i.number and t.number > (select number from newest)
      )
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

/** What a search finds of what the filters ask for, newest first. Words too short for the index are looked for in the newest incidents only. */
export async function findWords(
  db: Db,
  { words, number }: Search,
  query: IncidentQuery,
): Promise<SummaryRow[]> {
  const named =
    number === null ? [] : await summaries(db).where('i.number', '=', number).where(passes(query)).execute()
  const found = await newestWithWords(db, words, query)
  const others = named.filter(({ id }) => found.every((row) => row.id !== id))
  return [...found, ...others].toSorted((a, b) => b.number - a.number).slice(0, query.limit + 1)
}

/** How many of the newest incidents are gone through one by one; the index of words knows the others. */
const GONE_THROUGH = 2_000
/** The same for words that are too short for the index. */
const GONE_THROUGH_WITHOUT_INDEX = 5_000
/** The same of active ones: that is all of them, as a rule. */
const GONE_THROUGH_ACTIVE = 20_000
/** As many are as quickly found among all incidents. */
const MANY = 100_000

/**
 * The index of words gives its finds in no order. So frequent words are looked for by going through the newest incidents,
 * rare ones in the index, and those between in the index among as many of the newest as should hold a page. Going through
 * all incidents, as PostgreSQL would in search of two frequent words that never meet, takes seconds.
 */
async function newestWithWords(
  db: Db,
  words: readonly string[],
  query: IncidentQuery,
): Promise<SummaryRow[]> {
  const canUseIndex = words.some(isIndexed)
  const goneThrough = goneThroughFor(query, canUseIndex)
  const newest = newestNumbers(db, query, goneThrough)
  const read = (numbers: Numbers) => summaries(db, incidentsOf(numbers)).orderBy('i.number', 'desc').execute()
  const recent = await read(numbersAmong(newest, words, query))
  if (recent.length > query.limit || !canUseIndex) return recent
  const { count, least, most } = await extentOf(db, newest)
  if (count < goneThrough) return recent

  const older = (from: number) => read(numbersByIndex(words, query, { from, below: least }))
  const enough = (2 * goneThrough * query.limit) / recent.length
  const more = enough > MANY ? [] : await older(most - Math.round(((most - least) * enough) / goneThrough))
  const isEnough = recent.length + more.length > query.limit
  return [...recent, ...(isEnough ? more : await older(0))]
}

function goneThroughFor(query: IncidentQuery, canUseIndex: boolean): number {
  if (asksForActive(query)) return GONE_THROUGH_ACTIVE
  return canUseIndex ? GONE_THROUGH : GONE_THROUGH_WITHOUT_INDEX
}

/** How many they are, and from which number to which. */
async function extentOf(db: Db, numbers: Numbers) {
  const { rows } = await sql<{ count: number; least: number; most: number }>`
    select count(*) as count, coalesce(min(number), 0) as least, coalesce(max(number), 0) as most from ${numbers} as k`.execute(
    db,
  )
  return rows[0] ?? { count: 0, least: 0, most: 0 }
}

/** The index is one of trigrams: a word has to have three letters or digits in a row to be in it. */
const isIndexed = (word: string) => /[\p{L}\p{N}]{3}/u.test(word)

// A query for numbers finds the newest, enough for a page. `offset 0` makes PostgreSQL take the steps that are written.

/** Those of `numbers` whose texts have the words. Texts are a tenth of incidents; what is not among them yet is looked for there. */
const numbersAmong = (numbers: Numbers, words: readonly string[], { limit }: IncidentQuery): Numbers => sql`(
  select number from (
    select k.number, coalesce(
      (select t.text from incident_texts t where t.number = k.number),
      (select ${textOfIncident} from incidents i where i.number = k.number)
    ) as text from ${numbers} as k order by k.number desc offset 0
  ) as each where ${hasAll(sql`each.text`, words)} order by number desc limit ${limit + 1})`

const numbersByIndex = (
  words: readonly string[],
  query: IncidentQuery,
  { from, below }: { from: number; below: number },
): Numbers => sql`(
  select number from (
    select t.number from incident_texts t
    where ${hasAllByIndex(words)} and t.number >= ${from} and t.number < ${below} ${andPasses(query)} offset 0
  ) as found order by number desc limit ${query.limit + 1})`

function andPasses({ cursor: _, ...filters }: IncidentQuery) {
  const { status, serviceId, severity, dedupKey } = filters
  if (!status && !serviceId && !severity && dedupKey === undefined) return sql``
  return sql`and t.number in (select i.number from incidents i where ${passes(filters)})`
}

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
