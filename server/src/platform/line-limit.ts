import type { Clock } from './clock.ts'

const MINUTE_MS = 60_000

export type LineLimit = {
  /** Null when the line is one too many; else how many were left out since the last one of its kind. */
  take(kind: string): { leftOut: number } | null
}

/** So many lines of a kind a minute: a flood must not fill the log. Kinds are words of ours, so they are few. */
export function lineLimit(clock: Clock, linesPerMinute: number): LineLimit {
  const kinds = new Map<string, { minute: number; lines: number; leftOut: number }>()
  return {
    take(kind) {
      const minute = Math.floor(clock.now().getTime() / MINUTE_MS)
      const before = kinds.get(kind)
      const lines = before?.minute === minute ? before.lines : 0
      const leftOut = before?.leftOut ?? 0
      const isTooMany = lines >= linesPerMinute
      kinds.set(kind, { minute, lines: lines + 1, leftOut: isTooMany ? leftOut + 1 : 0 })
      return isTooMany ? null : { leftOut }
    },
  }
}
