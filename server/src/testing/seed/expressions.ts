import { type RawBuilder, sql } from 'kysely'
import { DELIVERY_DAYS, type Seed } from './plan.ts'
import { MESSAGES, NOUNS, PARTS, PLACE_OF_SECOND, PLACES, RARE_EVERY, RARE_WORD, VERBS } from './words.ts'

// Everything about the n-th incident follows from n, so that many connections can write parts of one history.

export type Expression<Value = unknown> = RawBuilder<Value>

const issue = sql.ref<number>('issue')

/** A number below `limit` that looks like chance and is the same each time; `salt` makes another one. */
export const pick = (of: Expression<number>, salt: number, limit: number): Expression<number> =>
  sql`((hashint8extended(${of}, ${sql.lit(salt)}) & 9223372036854775807) % ${sql.lit(limit)})::int`

/** The same between 0 and 1. */
export const share = (of: Expression<number>, salt: number): Expression<number> =>
  sql`((hashint8extended(${of}, ${sql.lit(salt)}) & 4503599627370495)::float8 / 4503599627370496)`

/** A UUIDv7 of this time. */
export const uuidAt = (ms: Expression<number>, of: Expression<number>, kind: string): Expression<string> => {
  const hash = sql`md5(${sql.lit(kind)} || ${of})`
  return sql`(lpad(to_hex(${ms}), 12, '0') || '7' || substr(${hash}, 1, 3) || '8' || substr(${hash}, 4, 15))::uuid`
}

export const timeAt = (ms: Expression<number>): Expression<Date> =>
  sql`(timestamptz '1970-01-01 00:00:00+00' + ${ms} * interval '1 millisecond')`

export const textArray = (texts: readonly string[]): Expression<string[]> => sql`${[...texts]}::text[]`
export const uuidArray = (ids: readonly string[]): Expression<string[]> => sql`${[...ids]}::uuid[]`

/** One of these; the first ones far more often. */
const frequent = (texts: readonly string[], salt: number): Expression<string> =>
  sql`(${textArray(texts)})[1 + floor(${sql.lit(texts.length)} * power(${share(issue, salt)}, 2.5))::int]`
const any = (texts: readonly string[], salt: number): Expression<string> =>
  sql`(${textArray(texts)})[1 + ${pick(issue, salt, texts.length)}]`

const codeName = sql<string>`${any(VERBS, 11)} || ${any(NOUNS, 12)} || ${any(PARTS, 13)}`
const rareWord = sql`case when issue % ${sql.lit(RARE_EVERY)} = 77 then ${sql.lit(` (${RARE_WORD})`)} else '' end`

export const titleOfIssue = sql<string>`format(${frequent(MESSAGES, 10)}, ${codeName}) || ' in ' ||
  case when service = 2 then ${sql.lit(PLACE_OF_SECOND)} else ${frequent(PLACES, 14)} end || ${rareWord}`

/** When the n-th incident began. */
export const beginOf = (n: Expression<number>, { startMs, spanMs, incidents }: Seed): Expression<number> =>
  sql`(${sql.lit(startMs)} + ${n} * ${sql.lit(spanMs)} / ${sql.lit(incidents)})`

/** How many incidents had begun by then. */
export const begunBy = (ms: Expression<number>, { startMs, spanMs, incidents }: Seed): Expression<number> =>
  sql`((${ms} - ${sql.lit(startMs)}) * ${sql.lit(incidents)} / ${sql.lit(spanMs)})`

/** When the m-th delivery arrived. */
export const arrivalOf = (m: Expression<number>, { now, deliveries }: Seed): Expression<number> => {
  const span = DELIVERY_DAYS * 24 * 3600 * 1000
  return sql`(${sql.lit(now.getTime() - span)} + ${m} * ${sql.lit(span)} / ${sql.lit(deliveries)})`
}

/** Which service an issue is of, from 1 on. The third one has been quiet for half of the time. */
export function serviceOf(issue: Expression<number>, { services, incidents }: Seed): Expression<number> {
  const service = sql`(1 + floor(${sql.lit(services.length)} * power(${share(issue, 1)}, 2)))::int`
  const isLate = sql`(${issue} % 5 = 0 or ${issue} > ${sql.lit(LEAST_KEY + incidents / 2)})`
  return sql`case when ${service} = 3 and ${isLate} then 4 else ${service} end`
}

const LEAST_KEY = 4_500_000_000

/** The issue that the n-th incident is about: its own, or that of an earlier one. */
export const issueOf = (n: Expression<number>, { cycle }: Seed): Expression<number> =>
  sql`(${sql.lit(LEAST_KEY)} + case when ${n} % 5 = 0 then ${n} % ${sql.lit(cycle)} else ${n} end)`

export const isActive = ({ incidents, activeEvery, recentActiveEvery }: Seed): Expression<boolean> =>
  sql`(n % ${sql.lit(activeEvery)} = 1 or (n > ${sql.lit(incidents - incidents / 100)} and n % ${sql.lit(recentActiveEvery)} = 1))`
