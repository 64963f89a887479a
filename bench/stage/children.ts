import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Failure } from '../../server/src/platform/failure.ts'

const END_WITHIN_MS = 15_000
/** Settings of a server on this machine are none of a measurement's. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SystemRoot']

type Options = {
  args?: string[]
  env?: Record<string, string>
  /** Options of Node itself. */
  node?: string[]
  /** A file descriptor; otherwise what it says is shown. */
  output?: number
}

/** Starts one of our programs in a process of its own, which ends by itself when this one is killed. */
export function startChild(
  program: string,
  { args = [], env = {}, node = [], output }: Options,
): ChildProcess {
  const file = fileURLToPath(new URL(program, import.meta.url))
  const inherited = INHERITED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))
  const stream = output ?? process.stderr.fd
  return spawn(process.execPath, [...node, file, ...args], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', stream, stream, 'ipc'],
    // Ctrl-C is ours to handle: the server must outlive the last request.
    detached: true,
  })
}

/** Asks it to end, and insists after a while. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const insist = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS)
  child.kill('SIGTERM')
  await once(child, 'exit')
  clearTimeout(insist)
}

/** Sends a message and waits for the one that answers it. Throws when the process ends before. */
export async function ask<Answer>(child: ChildProcess, message?: object): Promise<Answer> {
  const stop = new AbortController()
  const ended = once(child, 'exit', { signal: stop.signal }).then(([code, signal]) => {
    throw new Failure(`${child.spawnargs.at(1)} ended with ${code ?? signal}`)
  })
  try {
    if (message) child.send(message)
    const [answer] = await Promise.race([once(child, 'message', { signal: stop.signal }), ended])
    return answer
  } finally {
    stop.abort()
    ended.catch(() => undefined)
  }
}
