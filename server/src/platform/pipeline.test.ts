import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../testing/database.ts'
import type { Trx } from './db.ts'
import { goesWithCommit, openPipeline } from './pipeline.ts'

async function newPipeline() {
  const pipeline = openPipeline(await createTestDatabase(), () => {})
  onTestFinished(() => pipeline.destroy())
  await pipeline.transaction((trx) => sql`create table notes (number int primary key)`.execute(trx))
  const numbers = () =>
    pipeline.transaction(async (trx) => {
      const { rows } = await sql<{ number: number }>`select number from notes order by number`.execute(trx)
      return rows.map(({ number }) => number)
    })
  return { pipeline, numbers }
}

const insert = (trx: Trx, number: number) => sql`insert into notes values (${number})`.execute(trx)

test('statements run in the order in which they were started, whether they are awaited or not', async () => {
  const { pipeline, numbers } = await newPipeline()
  const seen = await pipeline.transaction(async (trx) => {
    goesWithCommit(insert(trx, 1))
    const { rows } = await sql<{ count: number }>`select count(*) as count from notes`.execute(trx)
    goesWithCommit(insert(trx, 2))
    return rows[0]?.count
  })
  expect(seen).toBe(1)
  expect(await numbers()).toEqual([1, 2])
})

test('a statement that nobody has awaited fails the transaction when it is refused, and all is undone', async () => {
  const { pipeline, numbers } = await newPipeline()
  const refused = pipeline.transaction(async (trx) => {
    goesWithCommit(insert(trx, 1), insert(trx, 1), insert(trx, 2))
    return 'done'
  })
  await expect(refused).rejects.toMatchObject({ code: '23505' })
  expect(await numbers()).toEqual([])
})

test('of several refusals the first is thrown: those after it only say that the transaction is over', async () => {
  const { pipeline } = await newPipeline()
  const refused = pipeline.transaction(async (trx) => {
    goesWithCommit(insert(trx, 1), insert(trx, 1))
    await insert(trx, 2)
  })
  await expect(refused).rejects.toMatchObject({ code: '23505' })
})

test('what the work itself throws undoes what it has sent', async () => {
  const { pipeline, numbers } = await newPipeline()
  const error = new Error('thought better of it')
  const refused = pipeline.transaction(async (trx) => {
    await insert(trx, 1)
    throw error
  })
  await expect(refused).rejects.toBe(error)
  expect(await numbers()).toEqual([])
})

test('a statement that was refused before it was prepared works in the next transaction', async () => {
  const { pipeline, numbers } = await newPipeline()
  const refused = pipeline.transaction(async (trx) => {
    goesWithCommit(sql`select 1 / 0`.execute(trx), insert(trx, 1))
  })
  await expect(refused).rejects.toMatchObject({ code: '22012' })
  await pipeline.transaction((trx) => insert(trx, 1))
  expect(await numbers()).toEqual([1])
})

test('a connection that is ended in the middle costs its transaction, and the next one has another', async () => {
  const { pipeline, numbers } = await newPipeline()
  const broken = pipeline.transaction(async (trx) => {
    await insert(trx, 1)
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx)
  })
  await expect(broken).rejects.toThrow()
  expect(await numbers()).toEqual([])
})

test('transactions at the same time do not mix', async () => {
  const { pipeline, numbers } = await newPipeline()
  const each = Array.from({ length: 40 }, (_, number) =>
    pipeline.transaction(async (trx) => {
      await insert(trx, number)
      if (number % 2) throw new Error('odd')
    }),
  )
  await Promise.allSettled(each)
  expect(await numbers()).toEqual(Array.from({ length: 20 }, (_, index) => index * 2))
})
