import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createEmptyDatabase, createTestDatabase } from '../testing/database.ts'
import { describeSchema } from '../testing/describe-schema.ts'
import { keptStates, rewrittenStates, type State, textOfState } from '../testing/earlier-migrations.ts'
import { ADMIN, signedIn, WITH_ADMIN } from '../testing/http-client.ts'
import { deliver } from '../testing/load.ts'
import { checksums, notedChecksums } from '../testing/migration-checksums.ts'
import { startServer } from '../testing/server-process.ts'
import { migrate, migrationNames, readMigration } from './migrate.ts'

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** A database as the migrations of that time have left it. */
async function databaseOf({ migrations }: State): Promise<string> {
  const url = await createEmptyDatabase()
  const client = await connected(url)
  await client.query(
    'create table schema_migrations (name text primary key, applied_at timestamptz not null default now())',
  )
  for (const { name, sql } of migrations) {
    await client.query(sql)
    await client.query('insert into schema_migrations (name) values ($1)', [name])
  }
  return url
}

const id = (number: number) => `01990000-0000-7000-8000-${String(number).padStart(12, '0')}`
const ADDRESS = 'an-address-of-22-letters'
const ACTOR = { kind: 'system', id: null, name: 'OpsKnight' }
const AT = '2026-11-23T12:00:00Z'

/** What was stored then; a row has whichever of these columns its table had. */
const ROWS: [table: string, row: Record<string, unknown>][] = [
  ['services', { id: id(2), name: 'Shop', created_at: AT, updated_at: AT }],
  [
    'integrations',
    {
      id: id(3),
      service_id: id(2),
      type: 'sentry',
      address: ADDRESS,
      name: 'Sentry',
      installation: '{}',
      created_at: AT,
      updated_at: AT,
    },
  ],
  ...[
    { id: id(4), dedup_key: 'a', title: 'Checkout fails', status: 'open', wake_at: null },
    { id: id(5), dedup_key: 'b', title: 'Search fails', status: 'snoozed', wake_at: AT },
  ].map((incident): [string, Record<string, unknown>] => [
    'incidents',
    {
      ...incident,
      ...{
        service_id: id(2),
        integration_id: id(3),
        urgency: 'medium',
        severity: 'error',
        reported_severity: 'error',
      },
      ...{ event_count: 3, first_event_at: AT, last_event_at: AT, created_at: AT },
    },
  ]),
  // Not in their order.
  ...[8, 6, 7].map((number): [string, Record<string, unknown>] => [
    'timeline_entries',
    { id: id(number), incident_id: id(4), at: AT, kind: 'noted', actor: ACTOR, text: `Entry ${number}` },
  ]),
  ['escalations', { incident_id: id(4), due_at: AT }],
]

async function fill(client: pg.Client): Promise<void> {
  for (const [table, row] of ROWS) {
    const { rows } = await client.query<{ name: string }>(
      'select column_name as name from information_schema.columns where table_schema = current_schema() and table_name = $1',
      [table],
    )
    const columns = Object.keys(row).filter((column) => rows.some(({ name }) => name === column))
    const places = columns.map((_column, index) => `$${index + 1}`)
    await client.query(
      `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`,
      columns.map((column) => row[column]),
    )
  }
}

/** As a release had them that came after the last change of a landed file: some of today's. */
const prefixes: State[] = migrationNames().map((last, index) => ({
  commit: `up to ${last}`,
  migrations: migrationNames()
    .slice(0, index + 1)
    .map((name) => ({ name, sql: readMigration(name) })),
}))

test.each([...keptStates(), ...prefixes.slice(4)])(
  'a database of $commit is brought to the schema that a new one has, with what is in it',
  async (state) => {
    const url = await databaseOf(state)
    const client = await connected(url)
    await fill(client)
    await migrate(url)

    const fresh = await connected(await createTestDatabase())
    expect(await describeSchema(client)).toEqual(await describeSchema(fresh))
    const incidents = await client.query(
      'select title, severity, reported_severity, status from incidents order by number',
    )
    expect(incidents.rows).toEqual([
      { title: 'Checkout fails', severity: 'error', reported_severity: 'error', status: 'open' },
      { title: 'Search fails', severity: 'error', reported_severity: 'error', status: 'snoozed' },
    ])
    await client.query(
      `insert into timeline_entries (incident_id, at, kind, actor, text) values ($1, $2, 'noted', '{}', 'Entry 9')`,
      [id(4), AT],
    )
    const entries = await client.query('select text from timeline_entries order by number')
    const hadIds = state.migrations.some(({ sql }) => sql.includes('timeline_entries_of_incident'))
    const order = hadIds ? [6, 7, 8, 9] : [8, 6, 7, 9]
    expect(entries.rows.map(({ text }) => text)).toEqual(order.map((number) => `Entry ${number}`))
  },
)

test('a server starts on the database of the first commit that had one, shows what is there and takes alerts', async () => {
  const url = await databaseOf(keptStates().find(({ commit }) => commit === '12ac3f4')!)
  const client = await connected(url)
  await fill(client)
  const secret = { OPSKNIGHT_SECRET_KEY: randomBytes(32).toString('base64') }
  const server = await startServer({ ...WITH_ADMIN, ...secret, DATABASE_URL: url })
  onTestFinished(() => server.kill())
  const admin = await signedIn(server.url, ADMIN)

  const webhook = `${server.url}/api/integrations/sentry?integrationId=${ADDRESS}`
  expect(await deliver(webhook, 'Mail fails')).toBe(202)
  const { body: list } = await admin.get('/api/v1/incidents')
  const titles = list.items.map(({ title }: { title: string }) => title)
  expect(titles).toEqual(['Mail fails', 'Search fails', 'Checkout fails'])
  expect((await admin.post(`/api/v1/incidents/${id(4)}/notes`, { text: 'Entry 9' })).status).toBe(200)
  const { body: incident } = await admin.get('/api/v1/incidents/1')
  // The worker has an entry of its own: nobody can be paged here.
  const texts = incident.timeline
    .filter(({ kind }: { kind: string }) => kind !== 'nobody_paged')
    .map(({ text }: { text: string }) => text)
  expect(texts).toEqual(['Entry 9', 'Entry 8', 'Entry 7', 'Entry 6'])
  expect(await server.stop()).toBe(0)
})

test('a landed migration never changes: a database that ran it would stay as it was', () => {
  expect(checksums(), 'A new one? Run: npm run types. A changed one? Write a new one instead.').toEqual(
    notedChecksums(),
  )
})

test('the states of the history whose migrations were rewritten are those that are kept', () => {
  const texts = (states: State[]) => new Set(states.map(textOfState))
  const inHistory = texts(rewrittenStates())
  const kept = texts(keptStates())
  expect(
    [...inHistory].filter((text) => !kept.has(text)),
    'Run: npm run earlier-migrations',
  ).toEqual([])
})
