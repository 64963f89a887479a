import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { endProcesses } from '../platform/embedded-postgres/processes.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export type Settings = Record<string, string>

/** The settings of a server on this machine must not reach the ones that tests start. */
function environmentOf(settings: Settings): NodeJS.ProcessEnv {
  const ours = /^(OPSKNIGHT_.*|DATABASE_URL|PORT|HOST|TRUST_PROXY|LOG_LEVEL|NODE_ENV|NODE_OPTIONS|VITEST.*)$/
  const others = Object.entries(process.env).filter(([name]) => !ours.test(name))
  return { ...Object.fromEntries(others), PORT: '0', ...settings }
}

/** `program` is what Node is given before the words: the main file, after options of Node. */
const spawnMain = (
  program: readonly string[],
  words: readonly string[],
  settings: Settings,
  stdin: 'pipe' | 'ignore',
) =>
  spawn(process.execPath, [...program, ...words], {
    cwd: tmpdir(),
    env: environmentOf(settings),
    // By the channel the server notices when the tests are killed, and ends; see platform/launcher.ts.
    stdio: [stdin, 'pipe', 'pipe', 'ipc'],
  })

export type Finished = { code: number | null; stdout: string; stderr: string }

/** Runs a command of the command line to its end. */
export async function runCommand(
  words: readonly string[],
  settings: Settings,
  input: string | Buffer = '',
  main = MAIN,
): Promise<Finished> {
  const child = spawnMain([main], words, settings, 'pipe')
  // A command that does not read its input may end before it has been written.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  const code = exitOf(child)
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)])
  return { code: await code, stdout, stderr }
}

const exitOf = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))

export type ServerProcess = {
  /** Where it listens; empty for a worker. */
  url: string
  pid: number
  /** Everything that it has printed: log, greeting, stderr. */
  output(): string
  /** Tells it to stop and answers its exit code. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | null>
  /** As by the kernel: it can do nothing about it. */
  kill(): Promise<void>
  /** To what was loaded into it with the options of Node. */
  tell(message: object): void
  /** Its exit code, once it has ended in whatever way. */
  ended: Promise<number | null>
}

/**
 * The real server, in a process of its own, ready; `node` are options of Node. Throws with what it printed when it ends
 * instead.
 */
export async function startServer(
  settings: Settings,
  words: readonly string[] = [],
  main = MAIN,
  node: readonly string[] = [],
): Promise<ServerProcess> {
  const child = spawnMain([...node, main], ['serve', ...words], settings, 'ignore')
  const ended = exitOf(child)
  let printed = ''
  const ready = Promise.withResolvers<void>()
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk
      if (printed.includes('"server.started"')) ready.resolve()
    })
  }
  child.once('close', (code) => ready.reject(new Error(`The server ended with ${code}:\n${printed}`)))
  await ready.promise
  return {
    url: printed.match(/Server listening at (http[^"\s]+)/)?.[1] ?? '',
    pid: child.pid!,
    output: () => printed,
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    tell: (message) => void child.send(message),
  }
}

/** The address that a fresh server prints for whoever sets it up. */
export const setupLinkOf = (server: ServerProcess): string => {
  const link = server.output().match(/^ {2}(http\S+\/setup\?token=\S+)$/m)?.[1]
  if (!link) throw new Error(`No set-up link in:\n${server.output()}`)
  return link
}

/** A data folder that PostgreSQL's account can reach; `remove` ends what still runs in it. */
export function newDataFolder(): { folder: string; cluster: string; remove(): Promise<void> } {
  const parent = mkdtempSync(path.join(realpathSync(tmpdir()), 'opsknight-process-'))
  if (process.getuid?.() === 0) chmodSync(parent, 0o711)
  const folder = path.join(parent, 'data')
  const cluster = path.join(folder, 'postgres', 'cluster')
  return {
    folder,
    cluster,
    async remove() {
      if (existsSync(cluster)) await endProcesses(cluster)
      rmSync(parent, { recursive: true, force: true })
    },
  }
}

/** What a process holds in memory now; null where there is no /proc. */
export function residentMebibytes(pid: number): number | null {
  const file = `/proc/${pid}/status`
  if (!existsSync(file)) return null
  return Number(readFileSync(file, 'utf8').match(/^VmRSS:\s+(\d+) kB$/m)?.[1]) / 1024
}
