import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { runDueEscalations } from '../../server/src/escalations/engine.ts'
import { LEASE_MS } from '../../server/src/notifications/limits.ts'
import { sendDuePages } from '../../server/src/notifications/send-due.ts'
import { openService, PAGES_PER_INCIDENT, type World } from './world.ts'

/** Where the worker dies: at a point between two statements, or while the provider has the message and has not answered yet. */
export type Death = { point: number } | { arrival: number }

export type Round = {
  /** What the worker had done last; null: it lived. */
  phase: string | null
  messages: number
  /** Messages that came again, under the same key. */
  duplicates: number
  /** What must not be. */
  differences: string[]
}

const INCIDENTS = 2
const PROGRAM = fileURLToPath(new URL('./worker.ts', import.meta.url))

/** A worker dies while it pages people; another one, with a clock that goes on, does the rest. */
export async function runRound(world: World, death: Death): Promise<Round> {
  const { provider } = world
  provider.arrivals.length = 0
  const key = await openService(world)
  const incidentIds: string[] = []
  for (let number = 1; number <= INCIDENTS; number += 1)
    incidentIds.push(await world.trigger(key, `Problem ${number} ${key.slice(0, 8)}`))
  const phase = await workUntilDeath(world, death)
  await survive(world)
  return { phase, ...(await judge(world, incidentIds)) }
}

/** How many points a worker passes that nobody kills. */
export async function countPoints(world: World): Promise<number> {
  const key = await openService(world)
  for (let number = 1; number <= INCIDENTS; number += 1) await world.trigger(key, `Count ${number}`)
  const { stdout } = await runWorker(world, {})
  return (JSON.parse(stdout) as { passed: number }).passed
}

async function workUntilDeath(world: World, death: Death): Promise<string | null> {
  if ('point' in death) {
    const { stdout, signal } = await runWorker(world, { KILL_AT: String(death.point) })
    return signal === 'SIGKILL' ? (JSON.parse(stdout) as { phase: string }).phase : null
  }
  const { signal } = await runWorker(world, {}, (kill) => {
    world.provider.onArrival = (count) => {
      if (count === death.arrival) kill()
    }
  })
  world.provider.onArrival = () => {}
  return signal === 'SIGKILL' ? 'the provider has it' : null
}

async function runWorker(
  { deps, environment }: World,
  more: Record<string, string>,
  whileItRuns: (kill: () => void) => void = () => {},
): Promise<{ stdout: string; signal: NodeJS.Signals | null }> {
  const env = { ...process.env, ...environment, NOW: deps.clock.now().toISOString(), ...more }
  const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  whileItRuns(() => child.kill('SIGKILL'))
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('exit', (code, signal) => resolve([code, signal])),
  )
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code, signal] = await ended
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`The worker ended by itself (${code}): ${stderr}`)
  return { stdout, signal }
}

/** Long enough for what was leased to be free again, and for what is gathered then. */
async function survive({ deps }: World): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) {
    deps.clock.advance({ milliseconds: LEASE_MS })
    while (await runDueEscalations(deps, deps.clock.now()));
    await sendDuePages(deps, deps.clock.now())
  }
}

async function judge(
  { deps, provider }: World,
  incidentIds: readonly string[],
): Promise<Omit<Round, 'phase'>> {
  const { rows: pages } = await sql<{ key: string; status: string; told: number }>`
    select p.key, p.status, (select count(*) from timeline_entries t
      where t.incident_id = p.incident_id and t.kind = 'page_sent' and t.data ->> 'pageId' = p.id::text) as told
    from pages p where p.incident_id = any(${[...incidentIds]}::uuid[])`.execute(deps.db)
  const byKey = Map.groupBy(provider.arrivals, ({ key }) => key)
  const known = new Set(pages.map(({ key }) => key))
  const expected = PAGES_PER_INCIDENT * INCIDENTS
  const wrong = (count: number, what: string) => (count > 0 ? [`${count} ${what}`] : [])
  const count = <T>(all: Iterable<T>, is: (one: T) => boolean) => [...all].filter(is).length
  return {
    messages: provider.arrivals.length,
    duplicates: provider.arrivals.length - byKey.size,
    differences: [
      ...(pages.length === expected ? [] : [`${pages.length} pages instead of ${expected}`]),
      ...wrong(
        count(pages, ({ key }) => !byKey.has(key)),
        'pages never reached the provider',
      ),
      ...wrong(
        count(pages, ({ status }) => status !== 'sent'),
        'pages are not sent by what the ledger says',
      ),
      ...wrong(
        count(pages, ({ told }) => told !== 1),
        'pages have not one entry in the timeline',
      ),
      ...wrong(
        count(byKey.keys(), (key) => !known.has(key)),
        'messages came under a key that no page has',
      ),
      ...wrong(
        count(byKey.values(), (same) => new Set(same.map(({ to }) => to)).size > 1),
        'keys went to more than one number',
      ),
    ],
  }
}
