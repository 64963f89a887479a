import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Failure } from '../failure.ts'

/** The pid in the cluster's postmaster.pid, which may be long dead or somebody else's by now; null without the file. */
export function recordedPostmaster(cluster: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8'), 10)
    return Number.isInteger(pid) && pid > 0 ? pid : null
  } catch {
    return null
  }
}

/** The postmaster that really runs on this cluster now. */
export function runningPostmaster(cluster: string): number | null {
  const pid = recordedPostmaster(cluster)
  return pid !== null && clusterProcesses(cluster).includes(pid) ? pid : null
}

/** Every process of PostgreSQL on this cluster: the postmaster and what it forked, also when it died before them. */
export function clusterProcesses(cluster: string): number[] {
  if (process.platform === 'linux')
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => worksIn(pid, cluster))

  const pid = recordedPostmaster(cluster)
  return pid !== null && isAlive(pid) && isPostgres(pid) ? [pid] : []
}

/** PostgreSQL's processes stay in their data directory; the program's name tells them from a shell that stands there. */
function worksIn(pid: number, cluster: string): boolean {
  try {
    const program = readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '')
    return path.basename(program) === 'postgres' && readlinkSync(`/proc/${pid}/cwd`) === cluster
  } catch {
    // It ended meanwhile, or belongs to somebody else and so is not ours.
    return false
  }
}

function isPostgres(pid: number): boolean {
  try {
    return /postgres/.test(execFileSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' }))
  } catch {
    return false
  }
}

/** Whether any process has this pid; one of another account counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, name)
    } catch {
      // Gone already.
    }
}

/**
 * Ends PostgreSQL on this cluster and waits until none of its processes is left. Fast shutdown first; a postmaster that takes
 * longer than half a minute is told to stop at once, from which it recovers at the next start without losing a commit.
 */
export async function endProcesses(cluster: string): Promise<void> {
  const postmaster = runningPostmaster(cluster)
  if (postmaster !== null) {
    signal([postmaster], 'SIGINT')
    if (await goneWithin(cluster, 30_000)) return
    signal([postmaster], 'SIGQUIT')
  }
  // Without their postmaster they end by themselves, unless they are in the middle of something.
  if (await goneWithin(cluster, 5_000)) return
  signal(clusterProcesses(cluster), 'SIGQUIT')
  if (await goneWithin(cluster, 5_000)) return
  signal(clusterProcesses(cluster), 'SIGKILL')
  if (!(await goneWithin(cluster, 5_000)))
    throw new Failure(
      `The PostgreSQL processes ${clusterProcesses(cluster).join(', ')} on ${cluster} do not end`,
    )
}

async function goneWithin(cluster: string, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds
  while (clusterProcesses(cluster).length > 0) {
    if (Date.now() > deadline) return false
    await delay(25)
  }
  return true
}

/**
 * Removes a postmaster.pid whose pid another program has by now: PostgreSQL would refuse to start. The order matters: the pid is
 * read before the processes are listed, and while it is alive no other postmaster can have replaced the file.
 */
export function removeStalePidFile(cluster: string): void {
  const recorded = recordedPostmaster(cluster)
  if (recorded === null || !isAlive(recorded)) return
  if (!clusterProcesses(cluster).includes(recorded))
    rmSync(path.join(cluster, 'postmaster.pid'), { force: true })
}
