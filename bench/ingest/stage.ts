import type { ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, openSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Deps } from '../../server/src/deps.ts'
import { findFreePort } from '../../server/src/platform/embedded-postgres/cluster.ts'
import { tryLock } from '../../server/src/platform/embedded-postgres/lock.ts'
import { clusterProcesses, endProcesses } from '../../server/src/platform/embedded-postgres/processes.ts'
import { Failure } from '../../server/src/platform/failure.ts'
import { commandLinePrincipal } from '../../server/src/platform/principal.ts'
import { openRuntime } from '../../server/src/runtime.ts'
import { createService } from '../../server/src/services/commands.ts'
import { createIntegration } from '../../server/src/services/integration-commands.ts'
import { setSigningSecret } from '../../server/src/services/signing-secrets.ts'
import { ask, endChild, startChild } from './children.ts'
import type { Target } from './messages.ts'
import { busySeconds, cpuSeconds, memoryOf } from './usage.ts'

/** Everything that takes part in a run: a server with its own empty database, a bare server, and who sends to them. */
export type Stage = {
  /** To look into the database with. */
  deps: Deps
  unsigned: Target
  signed: Target
  floorPort: number
  load: ChildProcess
  memory(): ReturnType<typeof memoryOf>
  /** Processor time so far, in seconds: of the server, of PostgreSQL, of all that takes part, and of the whole machine. */
  cpu(): Record<'server' | 'postgres' | 'ours', number | null> & { machine: number }
}

const SERVER = '../../server/src/main.ts'
const READY_WITHIN_MS = 60_000
const SECRET = 'the signing secret of a benchmark'
/** The limits against storms are for people's sake; here every problem is to open an incident and every body to be stored. */
const WITHOUT_LIMITS = { newIncidentsPerMinute: null, storedBodiesPerMinute: null }

/** Sets everything up. What is set up goes away with `parts`, also when the rest cannot be. */
export async function setStage(
  parts: AsyncDisposableStack,
  { profile }: { profile?: string | undefined },
): Promise<Stage> {
  const dataFolder = temporaryFolder(parts)
  const environment = await environmentOf(dataFolder)
  // PostgreSQL stays until we have looked at what the server has written.
  const runtime = await openRuntime(environment, {
    owner: 'command',
    logTo: process.stderr,
    logLevel: 'warn',
  })
  parts.defer(() => runtime.close())

  const node = profile ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(profile)}`] : []
  const log = path.join(dataFolder, 'server.log')
  const server = startChild(SERVER, { node, args: ['serve'], env: environment, output: openSync(log, 'a') })
  parts.defer(() => endChild(server))
  await ready(server, environment.PORT, log)

  const floorPort = await findFreePort()
  const floor = startChild('./floor.ts', { env: { PORT: String(floorPort) } })
  parts.defer(() => endChild(floor))
  await ask(floor)
  const load = startChild('./load.ts', {})
  parts.defer(() => endChild(load))

  const cluster = path.join(dataFolder, 'postgres', 'cluster')
  const target = { port: Number(environment.PORT) }
  return {
    deps: runtime.deps,
    unsigned: { ...target, address: await install(runtime.deps, null), secret: null },
    signed: { ...target, address: await install(runtime.deps, SECRET), secret: SECRET },
    floorPort,
    load,
    memory: () => memoryOf(server.pid ?? 0),
    cpu() {
      const postgres = clusterProcesses(cluster)
      const [serverPid, ...others] = [server, floor, load].map(({ pid }) => pid ?? 0)
      return {
        server: cpuSeconds([serverPid ?? 0]),
        postgres: cpuSeconds(postgres),
        ours: cpuSeconds([serverPid ?? 0, ...others, ...postgres, process.pid]),
        machine: busySeconds(),
      }
    },
  }
}

async function environmentOf(dataFolder: string) {
  const port = String(await findFreePort())
  return { OPSKNIGHT_DATA: dataFolder, HOST: '127.0.0.1', PORT: port }
}

const PREFIX = 'opsknight-bench-'

/** What a killed run left behind is removed by the next one. */
function temporaryFolder(parts: AsyncDisposableStack): string {
  const parent = realpathSync(tmpdir())
  for (const name of readdirSync(parent).filter((name) => name.startsWith(PREFIX))) {
    const folder = path.join(parent, name)
    const lock = tryLock(path.join(folder, 'owner.lock'), 'exclusive')
    if (!lock) continue
    lock.release()
    rmSync(folder, { recursive: true, force: true })
  }
  const folder = mkdtempSync(path.join(parent, PREFIX))
  // As root, PostgreSQL runs under an account of its own and must be able to pass.
  chmodSync(folder, 0o711)
  const owner = tryLock(path.join(folder, 'owner.lock'), 'exclusive')
  parts.defer(async () => {
    await endProcesses(path.join(folder, 'postgres', 'cluster'))
    owner?.release()
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

async function ready(server: ChildProcess, port: string, log: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (server.exitCode === null && Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    if (answer?.ok) return
    await delay(100)
  }
  throw new Failure(`The server did not start:\n${readFileSync(log, 'utf8')}`)
}

/** An integration on a service of its own; answers its address. */
async function install(deps: Deps, secret: string | null): Promise<string> {
  const name = secret ? 'Signed' : 'Unsigned'
  const { id: serviceId } = await createService(deps, commandLinePrincipal, { name })
  const given = { type: 'sentry', settings: WITHOUT_LIMITS } as const
  const { id, address } = await createIntegration(deps, commandLinePrincipal, serviceId, given)
  if (secret) await setSigningSecret(deps, commandLinePrincipal, id, { secret })
  return address
}
