import { sql } from 'kysely'
import type { Db } from '../../server/src/platform/db.ts'
import type { Seed } from '../../server/src/testing/seed/plan.ts'
import type { Check } from '../stage/checks.ts'
import { truthOf } from './filter.ts'
import { chanceOf, type Reading } from './measure.ts'
import type { Kind } from './questions.ts'

type Asked = { db: Db; port: number; key: string }

/** Whether the answers were right: all of them looked at as they came, and one list of each kind compared with the table itself. */
export async function checkReads(
  asked: Asked,
  kinds: readonly Kind[],
  seed: Seed,
  reading: Reading,
): Promise<Check[]> {
  const { incidents, deliveries } = await count(asked.db)
  const wrong = []
  for (const kind of kinds) if (!(await isRight(asked, kind))) wrong.push(kind.name)
  return [
    { what: 'answers other than 200', expected: 0, found: reading.refused },
    {
      what: 'lists with something that was not asked for, or in a wrong order',
      expected: 0,
      found: reading.unfitting,
    },
    {
      what: `lists that differ from the table${wrong.length > 0 ? ` (${wrong.join('; ')})` : ''}`,
      expected: 0,
      found: wrong.length,
    },
    { what: 'incidents', expected: seed.incidents, found: incidents },
    { what: 'deliveries', expected: seed.deliveries, found: deliveries },
  ]
}

async function isRight({ db, port, key }: Asked, kind: Kind): Promise<boolean> {
  const { path, filter } = kind.ask(chanceOf(kind.name.length))
  const truth = filter && (await truthOf(db, filter))
  if (!truth) return true
  const headers = { authorization: `Bearer ${key}` }
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
  const { items } = (await answer.json()) as { items: { number: number }[] }
  return JSON.stringify(items.map(({ number }) => number)) === JSON.stringify(truth)
}

async function count(db: Db): Promise<{ incidents: number; deliveries: number }> {
  const { rows } = await sql<{ incidents: number; deliveries: number }>`
    select (select count(*) from incidents) as incidents, (select count(*) from deliveries) as deliveries`.execute(
    db,
  )
  if (!rows[0]) throw new Error('A query without a from clause has one row')
  return rows[0]
}
