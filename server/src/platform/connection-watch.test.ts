import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../testing/database.ts'
import { lineTo } from '../testing/line.ts'
import { watchConnections } from './connection-watch.ts'
import { pg } from './pg.ts'

const ANSWER_WITHIN_MS = 500

async function poolOnALine() {
  const line = await lineTo(await createTestDatabase())
  const pool = new pg.Pool({ connectionString: line.url, max: 1 })
  onTestFinished(() => pool.end())
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  watchConnections(pool, ANSWER_WITHIN_MS)
  await pool.query('select 1')
  return { line, pool }
}

test('a connection that never answers again is ended, and the pool makes a new one', async () => {
  const { line, pool } = await poolOnALine()
  line.freeze()
  const asked = pool.query('select 1')
  line.forget()
  await expect(asked).rejects.toThrow('PostgreSQL has said nothing for 500 ms')
  expect((await pool.query('select 1')).rowCount).toBe(1)
})

test('what takes long but is answered in parts, and what nobody asks, is left alone', async () => {
  const { pool } = await poolOnALine()
  const { rows: before } = await pool.query('select pg_backend_pid()')
  const client = await pool.connect()
  // A row every tenth of a second, two seconds in all: more often than the watch looks, longer than it waits for a word.
  client.on('notice', () => {})
  await client.query(
    `do $$ begin for i in 1..20 loop raise notice 'still here'; perform pg_sleep(0.1); end loop; end $$`,
  )
  client.release()
  const { rows: after } = await pool.query('select pg_backend_pid()')
  expect(after).toEqual(before)
})
