import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../testing/database.ts'
import { testApp } from '../testing/test-app.ts'
import { startChores } from './runner.ts'

const SOON_MS = 20

test('chores whose runner ended by itself are started again, until they are stopped', async () => {
  const databaseUrl = await createTestDatabase()
  const t = await testApp({ databaseUrl })
  const stop = await startChores(t.deps, databaseUrl, SOON_MS)
  let isStopped = false
  onTestFinished(async () => {
    if (!isStopped) await stop()
  })
  const add = () => sql`select graphile_worker.add_job('people:delete_expired')`.execute(t.db)
  const open = async () => {
    const { rows } = await sql`select 1 from graphile_worker._private_jobs where locked_at is null`.execute(
      t.db,
    )
    return rows.length
  }
  await add()
  await expect.poll(open, { timeout: 10_000 }).toBe(0)

  // What a chore has done cannot be noted any more: the runner gives up.
  await sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`.execute(
    t.db,
  )
  await sql`create trigger refuse before delete on graphile_worker._private_jobs for each row execute function refuse()`.execute(
    t.db,
  )
  await add()
  await expect.poll(() => t.logged.join('\n'), { timeout: 10_000 }).toContain('chores.ended')
  await sql`drop trigger refuse on graphile_worker._private_jobs`.execute(t.db)

  await add()
  await expect.poll(open, { timeout: 10_000 }).toBe(0)
  await stop()
  isStopped = true
  await add()
  expect(await open()).toBe(1)
})
