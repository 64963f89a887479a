import { sql } from 'kysely'
import { createApiKey } from '../../server/src/people/api-keys.ts'
import type { Db } from '../../server/src/platform/db.ts'
import { commandLinePrincipal } from '../../server/src/platform/principal.ts'
import { checkLines, exitCodeOf } from '../stage/checks.ts'
import { circumstances } from '../stage/circumstances.ts'
import { demandRoom, grow, type Size, secondsToGrow } from '../stage/grow.ts'
import { say, writeResult } from '../stage/output.ts'
import { type Server, startServer } from '../stage/server.ts'
import { stopped } from '../stage/stop.ts'
import { checkReads } from './checks.ts'
import { measure, type Plan } from './measure.ts'
import { kindsOf } from './questions.ts'
import { readsReport } from './report.ts'

type Options = Size & Plan & { json?: string }

/** Everything that a run has found: what `--json` writes, and what the tables are made from. */
export type ReadsResult = Awaited<ReturnType<typeof play>>

const KINDS = 65
/** What a request takes at most, on average over all kinds. */
const SECONDS_EACH = 0.01

/** Measures, checks, and reports. Answers the exit code: 1 when an answer was wrong. */
export async function benchReads({ json, samples, repeat, ...size }: Options): Promise<number> {
  demandRoom(size)
  const planned = secondsToGrow(size) + KINDS * samples * repeat * SECONDS_EACH + size.incidents * 0.000_03
  const stopAsked = stopped(planned)
  await using parts = new AsyncDisposableStack()
  const stopping = new AbortController()
  parts.defer(() => stopping.abort())
  say(`This takes about ${Math.ceil(planned / 60)} minutes.`)
  const server = await startServer(parts)
  const result = await Promise.race([stopAsked, play(server, size, { samples, repeat }, stopping.signal)])
  console.log([readsReport(result), '', ...checkLines(result.checks)].join('\n'))
  writeResult(json, result)
  return exitCodeOf(result.checks)
}

async function play(server: Server, size: Size, plan: Plan, signal: AbortSignal) {
  const { deps, port } = server
  const about = await circumstances(deps.db)
  const seed = await grow(server, { size, now: deps.clock.now(), signal })
  const { key } = await createApiKey(deps, commandLinePrincipal, { name: 'bench', scopes: ['admin'] })
  const kinds = kindsOf({ seed, deliveryIds: await someDeliveries(deps.db) })
  const reading = await measure({ port, key }, kinds, plan, say)
  say('Checking the data …')
  const checks = await checkReads({ db: deps.db, port, key }, kinds, seed, reading)
  return { ...about, size, plan, rows: reading.rows, checks }
}

/** Of every time. */
async function someDeliveries(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from deliveries tablesample system (0.1)`.execute(db)
  const some =
    rows.length > 0
      ? rows
      : (await sql<{ id: string }>`select id from deliveries limit 1000`.execute(db)).rows
  return some.map(({ id }) => id)
}
