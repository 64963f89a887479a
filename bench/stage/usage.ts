import { readFileSync } from 'node:fs'
import os from 'node:os'

const TICKS_PER_SECOND = 100

/** Processor time that these processes have taken so far, in seconds; null where the system does not say (no /proc). */
export function cpuSeconds(pids: readonly number[]): number | null {
  const known = pids.map(ticksOf).filter((ticks) => ticks !== null)
  return known.length === 0 ? null : known.reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND
}

function ticksOf(pid: number): number | null {
  // After the name in brackets, which may hold anything: from the 12th field on user and system time, its own and that of
  // children that have ended, as PostgreSQL's do (man 5 proc_pid_stat).
  const fields = readProcess(pid, 'stat')?.split(')').at(-1)?.trim().split(' ')
  return fields ? fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) : null
}

/** Processor time that all programs of this machine have taken so far, in seconds. */
export function busySeconds(): number {
  const times = os.cpus().map(({ times: { user, nice, sys, irq } }) => user + nice + sys + irq)
  return times.reduce((sum, milliseconds) => sum + milliseconds, 0) / 1_000
}

/** Memory of a process now and at most so far, in MiB; null where the system does not say. */
export function memoryOf(pid: number): { now: number; most: number } | null {
  const status = readProcess(pid, 'status')
  const [, now] = /^VmRSS:\s+(\d+) kB/m.exec(status ?? '') ?? []
  const [, most] = /^VmHWM:\s+(\d+) kB/m.exec(status ?? '') ?? []
  return now && most ? { now: Number(now) / 1_024, most: Number(most) / 1_024 } : null
}

function readProcess(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return null
  }
}
