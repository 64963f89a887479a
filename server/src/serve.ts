import type { AddressInfo } from 'node:net'
import { buildApp } from './app.ts'
import { publicUrlOf } from './config.ts'
import { createAuth } from './people/auth.ts'
import { createFirstAdmin, issueSetupLink } from './people/setup.ts'
import { onLauncherGone } from './platform/launcher.ts'
import { listen } from './platform/live.ts'
import { openRuntime, type Runtime } from './runtime.ts'
import { startWorker } from './worker.ts'

export type ServeRole = 'all' | 'api' | 'worker'

const STOP_WITHIN_MS = 10_000

/** Runs the server until it is told to stop; ends the process itself. */
export async function serve(environment: NodeJS.ProcessEnv, role: ServeRole): Promise<void> {
  const stopAsked = stopSignal()
  const runtime = await openRuntime(environment, 'server')
  const { log } = runtime.deps
  try {
    const stop = await start(runtime, role)
    log.info({ role, url: publicUrlOf(runtime.deps.config) }, 'server.started')
    log.info({ reason: await stopAsked }, 'server.stopping')
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
    await stop()
  } finally {
    await runtime.close()
  }
  log.info('server.stopped')
  process.exit(0)
}

/** The first reason to stop: Ctrl-C, SIGTERM, or a launcher that is gone. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal))
    onLauncherGone(() => resolve('launcher gone'))
  })
}

async function start(runtime: Runtime, role: ServeRole): Promise<() => Promise<void>> {
  const { deps, databaseUrl } = runtime
  const stops: (() => Promise<void>)[] = []
  const hearing = listen(databaseUrl, deps.live, deps.log)
  stops.push(hearing.stop)
  await hearing.ready
  if (role !== 'worker') {
    const app = await startApi(runtime)
    stops.push(async () => {
      await app.close()
    })
  }
  if (role !== 'api') stops.push(await startWorker(deps, databaseUrl))
  return async () => {
    for (const stop of stops.toReversed()) await stop()
  }
}

async function startApi({ deps }: Runtime) {
  const { config } = deps
  if (config.firstAdmin) await createFirstAdmin(deps, createAuth(deps), config.firstAdmin)
  const app = await buildApp(deps)
  await app.listen({ port: config.port, host: config.host })
  const { port } = app.server.address() as AddressInfo
  const setupLink = await issueSetupLink({ ...deps, config: { ...config, port } })
  console.log(greeting(publicUrlOf({ ...config, port }), setupLink))
  return app
}

const greeting = (url: string, setupLink: string | null) =>
  setupLink
    ? `\nOpsKnight runs at ${url}\nNobody is here yet. Open this address to create the administrator (it works once):\n\n  ${setupLink}\n`
    : `\nOpsKnight runs at ${url}\n`
