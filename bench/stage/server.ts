import type { ChildProcess } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Deps } from '../../server/src/deps.ts'
import { findFreePort } from '../../server/src/platform/embedded-postgres/cluster.ts'
import { Failure } from '../../server/src/platform/failure.ts'
import { openRuntime } from '../../server/src/runtime.ts'
import { endChild, startChild } from './children.ts'
import { clusterIn, temporaryFolder } from './folder.ts'
import { memoryOf } from './usage.ts'

/** A server with a database of its own, as `npm start` runs it. */
export type Server = {
  /** To look into the database with. */
  deps: Deps
  databaseUrl: string
  dataFolder: string
  /** Where PostgreSQL keeps its files. */
  cluster: string
  port: number
  pid: number
  process: ChildProcess
  memory(): ReturnType<typeof memoryOf>
}

const PROGRAM = '../../server/src/main.ts'
const READY_WITHIN_MS = 60_000

export type ServerOptions = {
  profile?: string | undefined
  /** Options of Node itself. */
  node?: string[]
  env?: Record<string, string>
}

/** What is started goes away with `parts`, also when the rest cannot be. */
export async function startServer(
  parts: AsyncDisposableStack,
  { profile, node: options = [], env: settings = {} }: ServerOptions = {},
): Promise<Server> {
  const dataFolder = await temporaryFolder(parts)
  const port = await findFreePort()
  const env = { OPSKNIGHT_DATA: dataFolder, HOST: '127.0.0.1', PORT: String(port), ...settings }
  // PostgreSQL stays until we have looked at what the server has written.
  const runtime = await openRuntime(env, { owner: 'command', logTo: process.stderr, logLevel: 'warn' })
  parts.defer(() => runtime.close())

  const node = [...options, ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(profile)}`] : [])]
  const log = path.join(dataFolder, 'server.log')
  const server = startChild(PROGRAM, {
    ...{ node, args: ['serve'], env: { ...(await asLaunched()), ...env } },
    output: openSync(log, 'a'),
  })
  parts.defer(() => endChild(server))
  await ready(server, port, log)
  const pid = server.pid ?? 0
  const { deps, databaseUrl } = runtime
  return {
    ...{ deps, databaseUrl, dataFolder, cluster: clusterIn(dataFolder), port, pid, process: server },
    memory: () => memoryOf(pid),
  }
}

/** Another server process on the same database, which only answers requests. Returns its port and process. */
export async function startAnother(
  parts: AsyncDisposableStack,
  { deps, databaseUrl, dataFolder }: Server,
): Promise<{ port: number; pid: number }> {
  const port = await findFreePort()
  const folder = path.join(dataFolder, `another-${port}`)
  const env = {
    ...{ OPSKNIGHT_DATA: folder, HOST: '127.0.0.1', PORT: String(port), DATABASE_URL: databaseUrl },
    OPSKNIGHT_SECRET_KEY: deps.config.secretKey?.toString('base64') ?? '',
  }
  const log = path.join(dataFolder, `another-${port}.log`)
  const server = startChild(PROGRAM, {
    ...{ args: ['serve', '--role', 'api'], env: { ...(await asLaunched()), ...env } },
    output: openSync(log, 'a'),
  })
  parts.defer(() => endChild(server))
  await ready(server, port, log)
  return { port, pid: server.pid ?? 0 }
}

/** What `npm start` gives the server's process. */
async function asLaunched(): Promise<Record<string, string>> {
  const launcher: { serverEnvironment: Record<string, string> } = await import(
    new URL('../../scripts/server-environment.mjs', import.meta.url).href
  )
  return launcher.serverEnvironment
}

async function ready(server: ChildProcess, port: number, log: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (server.exitCode === null && Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    if (answer?.ok) return
    await delay(100)
  }
  throw new Failure(`The server did not start:\n${readFileSync(log, 'utf8')}`)
}
