import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testApp } from '../testing/test-app.ts'
import { indexWords } from './search.ts'

const COUNT = 6_000
const every = (step: number, of: number, word: string) => (of % step === 0 ? ` ${word}` : '')
/** Words of different frequency; `first` is only in the oldest, `checkout` and `search` never meet. */
const titleOf = (n: number) =>
  `Problem${every(2, n, 'frequent')}${every(50, n, 'sometimes')}${every(1_000, n, 'rare')}${n <= 1_000 ? ' first' : ''} in ${n % 2 ? 'checkout' : 'search'}`

/** More incidents than are gone through one by one. Too many for the front door, so they are written at once. */
async function manyIncidents() {
  const t = await testApp()
  const services = [await t.create.service(), await t.create.service()]
  const titles = Array.from({ length: COUNT }, (_, index) => titleOf(index + 1))
  await sql`
    insert into incidents (id, number, service_id, dedup_key, title, severity, reported_severity, urgency, status, source,
      event_count, first_event_at, last_event_at, created_at, resolved_at, resolved_by)
    select gen_random_uuid(), nextval('incident_numbers'), (${services.map(({ id }) => id)}::uuid[])[1 + n % 2],
      'sentry-' || (4500000000 + n), title, 'error', 'error', 'medium', 'resolved', 'Sentry',
      1, now(), now(), now(), now(), '{"kind":"system","id":null,"name":"test"}'
    from unnest(${titles}::text[]) with ordinality as t(title, n) order by n`.execute(t.db)
  const ana = await t.asRole('responder')
  /** The numbers of all that is found, page by page. */
  const found = async (query: string, limit = 50) => {
    const numbers: number[] = []
    let cursor = ''
    do {
      const { status, body } = await ana.get(`/api/v1/incidents?limit=${limit}&${query}${cursor}`)
      expect(status, JSON.stringify(body)).toBe(200)
      numbers.push(...body.items.map(({ number }: { number: number }) => number))
      cursor = body.nextCursor && `&cursor=${body.nextCursor}`
    } while (cursor)
    return numbers
  }
  const numbersWhere = (is: (title: string, number: number) => boolean) =>
    titles.flatMap((title, index) => (is(title, index + 1) ? [index + 1] : [])).toReversed()
  return { ...t, services, found, numbersWhere }
}

test('words are found wherever they are, however frequent they are, newest first and page by page', async () => {
  const { db, found, numbersWhere, services } = await manyIncidents()
  await indexWords(db)
  for (const words of [
    ['frequent'],
    ['sometimes'],
    ['RARE'],
    ['first'],
    ['checkout', 'sometimes'],
    ['checkout', 'first'],
    ['search', 'first', 'ra'],
    ['checkout', 'frequent'],
    ['nowhere'],
  ]) {
    const expected = numbersWhere((title) => words.every((word) => title.includes(word.toLowerCase())))
    expect(await found(`q=${words.join('%20')}`, 200), words.join(' ')).toEqual(expected)
  }
  expect(await found('q=rare', 2)).toEqual([6000, 5000, 4000, 3000, 2000, 1000])

  const [one, two] = services
  const oddFirst = numbersWhere((title, number) => title.includes('first') && number % 2 === 1)
  expect(await found(`q=first&serviceId=${two!.id}`, 200)).toEqual(oddFirst)
  expect(await found(`q=first%20checkout&serviceId=${one!.id}&status=resolved`)).toEqual([])
  expect(await found('q=first&severity=critical')).toEqual([])
  expect(await found('q=first&status=active')).toEqual([])
  expect(await found('q=first&severity=error&severity=info&status=resolved', 200)).toEqual(
    numbersWhere((title) => title.includes('first')),
  )
  expect(await found('q=first&dedupKey=sentry-4500000007')).toEqual([7])
})

test('keys and numbers are found among many', async () => {
  const { db, found } = await manyIncidents()
  await indexWords(db)
  expect(await found('q=sentry-4500000017')).toEqual([17])
  expect(await found('q=4500000017')).toEqual([17])
  expect(await found('q=other-4500000017')).toEqual([])
  expect(await found('q=%2317')).toEqual([17])
  expect((await found('q=17', 200)).at(-1)).toBe(17)
})

test('what is too short for the index is looked for in the newest', async () => {
  const { db, found, numbersWhere } = await manyIncidents()
  await indexWords(db)
  expect(await found('q=zz')).toEqual([])
  expect(await found('q=me', 200)).toEqual(
    numbersWhere((title, number) => title.includes('me') && number > COUNT - 5_000),
  )
})

test('what is not in the index yet is found too, beside what is, and the index takes up what it has missed', async () => {
  const { db, found, create } = await manyIncidents()
  await indexWords(db)
  await sql`delete from incident_texts where number in (3000, 4000)`.execute(db)
  const { number } = await create.incident({ title: 'A rare thing' })
  expect(await found('q=rare')).toEqual([number, 6000, 5000, 2000, 1000])
  await indexWords(db)
  await indexWords(db)
  expect(await found('q=rare')).toEqual([number, 6000, 5000, 4000, 3000, 2000, 1000])
  expect(await db.selectFrom('incident_texts').select('number').execute()).toHaveLength(COUNT + 1)
})

test('two who fill the index at once do not disturb each other', async () => {
  const { db } = await manyIncidents()
  await Promise.all([indexWords(db), indexWords(db)])
  expect(await db.selectFrom('incident_texts').select('number').execute()).toHaveLength(COUNT)
})
