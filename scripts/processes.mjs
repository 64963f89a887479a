import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import process from 'node:process'
import { environment, Failure, getNode, root } from './project.mjs'
import { serverEnvironment } from './server-environment.mjs'

const ONE_PRESS_MS = 1_000
const WATCH_NPM_MS = 200

/** Runs a program on OpsKnight's Node to its end and answers its exit code; signals to us reach it. */
export function runNode(args, options = {}) {
  return supervise([start(args, options)])
}

/**
 * As `runNode`, for the server: it gets a process group of its own and a channel, whose end tells it that we are gone
 * (see server/src/platform/launcher.ts).
 */
export function runServer(args) {
  return supervise([startServer(args)])
}

/** Runs several for as long as all of them run. */
export function runTogether(programs) {
  return supervise(programs.map(startServer))
}

function start(args, { env, ...options }) {
  return spawn(getNode(), args, { cwd: root, stdio: 'inherit', env: environment(env), ...options })
}

/**
 * Ctrl-C reaches every process of the terminal's group, from npm once more, and a second one means "at once" to the server:
 * in a group of its own it hears what we pass on.
 */
const startServer = (args) =>
  start(args, {
    detached: true,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: serverEnvironment,
  })

/** Answers the exit code of the first that ends, once all have. */
async function supervise(children) {
  let first = null
  const stopPassing = passSignals((signal) => {
    for (const child of children) child.kill(signal)
  })
  await Promise.all(
    children.map(async (child) => {
      const code = await exitCode(child)
      first ??= code
      for (const other of children) if (other !== child) other.kill('SIGTERM')
    }),
  )
  stopPassing()
  return first
}

function exitCode(child) {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Failure(`${child.spawnfile} cannot be run: ${error.message}`)))
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
}

/** Not SIGHUP: its default ends us, which the server notices, and under nohup it must stay ignored. */
function passSignals(pass) {
  let last = 0
  const passOnce = (signal) => {
    if (Date.now() - last > ONE_PRESS_MS) pass(signal)
    last = Date.now()
  }
  process.on('SIGINT', passOnce)
  process.on('SIGTERM', passOnce)
  const watch = watchNpm(() => passOnce('SIGTERM'))
  return () => {
    clearInterval(watch)
    process.off('SIGINT', passOnce)
    process.off('SIGTERM', passOnce)
  }
}

/** npm killed, or the shell between it and us, leaves nobody to stop us by: end too. */
function watchNpm(end) {
  if (!process.env.npm_lifecycle_event) return undefined
  const [parent, grandparent] = npmAbove()
  const watch = setInterval(() => {
    if (process.ppid === parent && (grandparent === null || parentOf(parent) === grandparent)) return
    clearInterval(watch)
    end()
  }, WATCH_NPM_MS)
  return watch.unref()
}

/** Our parent; and, where that is the shell that npm runs scripts in, its parent, which is npm. What is above npm may come and go. */
function npmAbove() {
  const parent = process.ppid
  const isShell = readProcess(parent, 'cmdline')?.includes('launch.mjs')
  return [parent, isShell ? parentOf(parent) : null]
}

/** Null where there is no /proc. The name in brackets before it may hold anything (man 5 proc_pid_stat). */
function parentOf(pid) {
  const fields = readProcess(pid, 'stat')?.split(')').at(-1).trim().split(' ')
  return fields ? Number(fields[1]) : null
}

function readProcess(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return null
  }
}
