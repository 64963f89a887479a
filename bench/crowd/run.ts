import { createApiKey } from '../../server/src/people/api-keys.ts'
import { commandLinePrincipal } from '../../server/src/platform/principal.ts'
import { createService } from '../../server/src/services/commands.ts'
import { createIntegration } from '../../server/src/services/integration-commands.ts'
import { created, type Target } from '../load/messages.ts'
import { Connection, type HttpAnswer } from '../stage/connection.ts'
import { type Figures, figuresOf } from '../stage/figures.ts'
import { demandRoom, grow, type Size, secondsToGrow } from '../stage/grow.ts'
import { say, writeResult } from '../stage/output.ts'
import { type Server, startServer } from '../stage/server.ts'
import { stopped } from '../stage/stop.ts'
import { markdownTable, whole } from '../stage/table.ts'

export type Plan = { senders: number; readers: number; seconds: number; repeat: number }

/** One measurement of one side. */
type Side = Figures & { statuses: Record<number, number>; queued: number }
type Row = { phase: string; deliveries: Side; reads: Side | null }

const P99_MAX_MS = 1_000
const WARM_UP_MS = 1_000

/** What the pages ask that costs most: whole lists, searches of common words, pages of incidents. */
const QUESTIONS = [
  '/api/v1/incidents?limit=200',
  '/api/v1/incidents?limit=200&status=resolved',
  '/api/v1/incidents?q=timeout&limit=200',
  '/api/v1/incidents?status=active&limit=200',
  '/api/v1/incidents/counts',
  '/api/v1/integrations',
]

/** Delivers while a crowd reads. Answers the exit code: 1 when a delivery was refused, put off, or kept waiting. */
export async function benchCrowd({ json, ...given }: Plan & Size & { json?: string }): Promise<number> {
  const { incidents, deliveries, ...plan } = given
  const size = { incidents, deliveries }
  demandRoom(size)
  const planned = secondsToGrow(size) + plan.repeat * 3 * (plan.seconds + 2)
  const stopAsked = stopped(planned)
  await using parts = new AsyncDisposableStack()
  const stopping = new AbortController()
  parts.defer(() => stopping.abort())
  const server = await startServer(parts)
  const rows = await Promise.race([stopAsked, play(server, size, plan, stopping.signal)])
  console.log(tableOf(rows))
  writeResult(json, { plan, size, rows })
  const faults = rows.flatMap(faultsOf)
  for (const fault of faults) console.error(fault)
  return faults.length === 0 ? 0 : 1
}

async function play(server: Server, size: Size, plan: Plan, signal: AbortSignal): Promise<Row[]> {
  const { deps, port } = server
  await grow(server, { size, now: deps.clock.now(), signal })
  const { key } = await createApiKey(deps, commandLinePrincipal, { name: 'crowd', scopes: ['read'] })
  const target = await install(server)
  const ask = (path: string) =>
    `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${key}\r\n\r\n`
  const message = created()
  let issue = 0
  const deliver = () => {
    issue += 1
    return message.request(issue % 500, target)
  }
  let asked = 0
  const read = () => {
    asked += 1
    return ask(QUESTIONS[asked % QUESTIONS.length]!)
  }

  const rows: Row[] = []
  for (let round = 0; round < plan.repeat; round += 1) {
    for (const [phase, readers] of [
      ['alone', 0],
      [`beside ${plan.readers} readers`, plan.readers],
    ] as const) {
      say(`${phase} …`)
      const [deliveries, reads] = await Promise.all([
        fire(port, plan.senders, plan.seconds, deliver),
        readers > 0 ? fire(port, readers, plan.seconds, read) : null,
      ])
      rows.push({ phase, deliveries, reads })
    }
  }
  return rows
}

async function install({ deps, port }: Server): Promise<Target> {
  const { id } = await createService(deps, commandLinePrincipal, { name: 'Crowd' })
  const settings = {
    newIncidentsPerMinute: null,
    storedBodiesPerMinute: null,
  }
  const { address } = await createIntegration(deps, commandLinePrincipal, id, { type: 'sentry', settings })
  return { ports: [port], address, secret: null }
}

async function fire(port: number, connections: number, seconds: number, next: () => string): Promise<Side> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)))
  const [latencies, statuses]: [number[], Record<number, number>] = [[], {}]
  let queued = 0
  const begin = performance.now() + WARM_UP_MS
  const end = begin + seconds * 1_000
  const enter = ({ status, body }: HttpAnswer, milliseconds: number) => {
    statuses[status] = (statuses[status] ?? 0) + 1
    if (status < 300) latencies.push(milliseconds)
    if (status === 202 && body.includes('"queued"')) queued += 1
  }
  await Promise.all(
    open.map(async (connection) => {
      for (let sentAt = performance.now(); sentAt < end; sentAt = performance.now()) {
        const answer = await connection.send(next())
        if (sentAt >= begin) enter(answer, performance.now() - sentAt)
      }
      connection.close()
    }),
  )
  return { ...figuresOf(latencies, seconds), statuses, queued }
}

function faultsOf({ phase, deliveries }: Row): string[] {
  const { statuses, queued, p99 } = deliveries
  const refused = Object.keys(statuses).filter((status) => status !== '202')
  return [
    ...(refused.length > 0 ? [`${phase}: deliveries were answered ${refused.join(', ')}`] : []),
    ...(queued > 0
      ? [`${phase}: ${queued} deliveries went to the journal beside a database that works`]
      : []),
    ...(p99 > P99_MAX_MS ? [`${phase}: p99 of deliveries ${whole(p99)} ms, more than ${P99_MAX_MS}`] : []),
  ]
}

const HEADINGS = [
  '',
  'deliveries/s',
  'p50 ms',
  'p99 ms',
  'worst ms',
  'reads/s',
  'p50 ms',
  'p99 ms',
  'answers of reads',
]

const tableOf = (rows: readonly Row[]): string =>
  markdownTable(
    HEADINGS,
    rows.map(({ phase, deliveries, reads }) => [
      phase,
      ...[deliveries.rate, deliveries.p50, deliveries.p99, deliveries.worst].map(whole),
      ...(reads ? [reads.rate, reads.p50, reads.p99].map(whole) : ['', '', '']),
      reads
        ? Object.entries(reads.statuses)
            .map(([status, count]) => `${status}: ${count}`)
            .join(', ')
        : '',
    ]),
  )
