import type { ChildProcess } from 'node:child_process'
import type { Deps } from '../../server/src/deps.ts'
import { findFreePort } from '../../server/src/platform/embedded-postgres/cluster.ts'
import { clusterProcesses } from '../../server/src/platform/embedded-postgres/processes.ts'
import { commandLinePrincipal } from '../../server/src/platform/principal.ts'
import { createService } from '../../server/src/services/commands.ts'
import { createIntegration } from '../../server/src/services/integration-commands.ts'
import { setSigningSecret } from '../../server/src/services/signing-secrets.ts'
import type { SeededService } from '../../server/src/testing/seed/plan.ts'
import type { Target } from '../load/messages.ts'
import { ask, endChild, startChild } from './children.ts'
import { type Server, startAnother, startServer } from './server.ts'
import { busySeconds, cpuSeconds } from './usage.ts'

/** Everything that takes part in a run: one or more servers on an empty database of their own, a bare server, and who sends to them. */
export type Stage = {
  server: Server
  /** The service of the unsigned deliveries, as a history can be given to it. */
  service: SeededService
  unsigned: Target
  signed: Target
  floorPort: number
  load: ChildProcess
  /** Processor time so far, in seconds: of the server, of PostgreSQL, of all that takes part, and of the whole machine. */
  cpu(): Record<'server' | 'postgres' | 'ours', number | null> & { machine: number }
}

const SECRET = 'the signing secret of a benchmark'
/** The limits against storms are for people's sake; here every problem is to open an incident and every body to be stored. */
const WITHOUT_LIMITS = { newIncidentsPerMinute: null, storedBodiesPerMinute: null }

/** Sets everything up. What is set up goes away with `parts`, also when the rest cannot be. */
export async function setStage(
  parts: AsyncDisposableStack,
  {
    pastIssues = 0,
    servers = 1,
    ...options
  }: { profile?: string | undefined; pastIssues?: number; servers?: number } = {},
): Promise<Stage> {
  const server = await startServer(parts, options)
  const others: { port: number; pid: number }[] = []
  while (others.length < servers - 1) others.push(await startAnother(parts, server))

  const floorPort = await findFreePort()
  const floor = startChild('./floor.ts', { env: { PORT: String(floorPort) } })
  parts.defer(() => endChild(floor))
  await ask(floor)
  const load = startChild('../load/load.ts', { env: { PAST_ISSUES: String(pastIssues) } })
  parts.defer(() => endChild(load))

  const { deps, cluster } = server
  const [ports, pids] = [
    [server, ...others].map(({ port }) => port),
    [server, ...others].map(({ pid }) => pid),
  ]
  const unsigned = await install(deps, 'Unsigned', null)
  const signed = await install(deps, 'Signed', SECRET)
  return {
    server,
    service: unsigned.service,
    unsigned: { ports, address: unsigned.address, secret: null },
    signed: { ports, address: signed.address, secret: SECRET },
    floorPort,
    load,
    cpu() {
      const postgres = clusterProcesses(cluster)
      const senders = [floor, load].map((child) => child.pid ?? 0)
      return {
        server: cpuSeconds(pids),
        postgres: cpuSeconds(postgres),
        ours: cpuSeconds([...pids, ...senders, ...postgres, process.pid]),
        machine: busySeconds(),
      }
    },
  }
}

/** An integration on a service of its own. */
export async function install(
  deps: Deps,
  name: string,
  secret: string | null,
): Promise<{ address: string; service: SeededService }> {
  const { id: serviceId } = await createService(deps, commandLinePrincipal, { name })
  const given = { type: 'sentry', settings: WITHOUT_LIMITS } as const
  const { id, address, name: tool } = await createIntegration(deps, commandLinePrincipal, serviceId, given)
  if (secret) await setSigningSecret(deps, commandLinePrincipal, id, { secret })
  return { address, service: { id: serviceId, name, integration: { ref: id, name: tool } } }
}
