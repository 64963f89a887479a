import { once } from 'node:events'
import { flushCompileCache } from 'node:module'
import { createServer } from 'node:net'
import path from 'node:path'
import { type App, buildApp } from './app.ts'
import { type Config, ownDoorOf, publicUrlOf } from './config.ts'
import type { Deps } from './deps.ts'
import { startHeartbeat } from './heartbeat/runner.ts'
import { createAuth } from './people/auth.ts'
import { createFirstAdmin, issueSetupLink } from './people/setup.ts'
import { Failure } from './platform/failure.ts'
import { type Journal, openJournal } from './platform/journal.ts'
import { onLauncherGone } from './platform/launcher.ts'
import { listen } from './platform/live.ts'
import { openRuntime } from './runtime.ts'
import { startWorker } from './worker.ts'

export type ServeRole = 'all' | 'api' | 'worker'

const STOP_WITHIN_MS = 10_000
/** A request that has not arrived whole by then is cut off. Sentry itself waits no longer than this for an answer. */
const FINISH_WITHIN_MS = 5_000
/** Ctrl-C reaches a process more than once; what comes later than this is another press. */
const ONE_PRESS_MS = 1_000

/** Runs the server until it is told to stop; ends the process itself. */
export async function serve(environment: NodeJS.ProcessEnv, role: ServeRole): Promise<void> {
  const stopAsked = stopSignal()
  const runtime = await openRuntime(environment, { owner: 'server' })
  const deps = await withKnownPort(runtime.deps)
  const { log } = deps
  try {
    const running = await start(deps, runtime.databaseUrl, role)
    log.info({ role, ...(role === 'worker' ? {} : { url: publicUrlOf(deps.config) }) }, 'server.started')
    flushCompileCache()
    log.info({ reason: await stopAsked }, 'server.stopping')
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
    await running.disposeAsync()
  } finally {
    await runtime.close()
  }
  log.info('server.stopped')
  process.exit(0)
}

/** The first reason to stop: Ctrl-C, SIGTERM, or a launcher that is gone. Another press means at once. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let firstAt = 0
    const press = (signal: string) => {
      firstAt ||= Date.now()
      if (Date.now() - firstAt > ONE_PRESS_MS) process.exit(1)
      resolve(signal)
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => press(signal))
    onLauncherGone(() => resolve('launcher gone'))
  })
}

/** With PORT=0 the system chooses; links need the number before anything listens. */
async function withKnownPort(deps: Deps): Promise<Deps> {
  if (deps.config.port !== 0) return deps
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (!address || typeof address === 'string') throw new Error('A TCP server has no port')
  return { ...deps, config: { ...deps.config, port: address.port } }
}

/** Starts the parts of this role. Whatever has started stops again when a later one cannot. */
async function start(deps: Deps, databaseUrl: string, role: ServeRole): Promise<AsyncDisposableStack> {
  await using parts = new AsyncDisposableStack()
  const hearing = listen(databaseUrl, deps.live, deps.log)
  parts.defer(hearing.stop)
  await hearing.ready
  if (role !== 'api') parts.defer(await startWorker(deps, databaseUrl))
  if (role !== 'worker') {
    const app = await startApi(deps)
    parts.defer(() => stopApi(app))
    const { heartbeatUrl } = deps.config
    if (heartbeatUrl) parts.defer(startHeartbeat(deps, { door: ownDoorOf(deps.config), url: heartbeatUrl }))
    console.log(greeting(publicUrlOf(deps.config), await issueSetupLink(deps)))
  }
  return parts.move()
}

async function startApi(deps: Deps): Promise<App> {
  const { config } = deps
  if (config.firstAdmin) await createFirstAdmin(deps, createAuth(deps), config.firstAdmin)
  const app = await buildApp(deps, { journal: openServerJournal(deps) })
  try {
    await app.listen({ port: config.port, host: config.host })
  } catch (error) {
    await app.close()
    throw explainListen(error, config)
  }
  return app
}

const JOURNAL_MAX_BYTES = 512 * 1024 * 1024

/** On the local disk, beside the database of whom it takes the place; null where nothing can be written. */
function openServerJournal({ config, log }: Deps): Journal | null {
  try {
    return openJournal(path.join(config.dataFolder, 'journal'), {
      maxBytes: JOURNAL_MAX_BYTES,
      onDamaged: (file, entries) => log.error({ file, ...entries }, 'journal.damaged'),
    })
  } catch (error) {
    log.error({ err: error }, 'journal.not_writable')
    return null
  }
}

/** Takes nothing new and answers what has been taken. */
async function stopApi(app: App): Promise<void> {
  const cutOff = setTimeout(() => app.server.closeAllConnections(), FINISH_WITHIN_MS)
  await app.close()
  clearTimeout(cutOff)
}

function explainListen(error: unknown, { host, port }: Config): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const hint = listenHints[String(error.code)]
  if (!hint) return error
  return new Failure(`OpsKnight cannot listen on ${host}, port ${port}: ${hint}`, { cause: error })
}

const listenHints: Record<string, string> = {
  EADDRINUSE:
    'another program (perhaps another OpsKnight) does. Stop that one, or choose another port with PORT.',
  EACCES: 'this account may not. Choose a port above 1023 with PORT.',
  EADDRNOTAVAIL: 'this machine has no such address. Set HOST to one of its own, or to 0.0.0.0 for all.',
  ENOTFOUND: 'there is no such host. Set HOST to an address of this machine, or to 0.0.0.0 for all.',
}

const greeting = (url: string, setupLink: string | null) =>
  setupLink
    ? `\nOpsKnight runs at ${url}\nNobody is here yet. Open this address to create the administrator (it works once):\n\n  ${setupLink}\n`
    : `\nOpsKnight runs at ${url}\n`
