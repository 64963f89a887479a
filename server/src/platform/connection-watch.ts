import type { Socket } from 'node:net'
import type { pg } from './pg.ts'

type Watched = { stream: Socket; silentSince: number; writtenWhenHeard: number }

const LOOK_EVERY_MS = 1_000
/** Longer than any statement of ours takes. */
const ANSWER_WITHIN_MS = 15_000

/**
 * Ends the connections of a pool on which somebody waits for an answer and hears no word, so that the pool makes new ones.
 * TCP goes on for a quarter of an hour trying to deliver a statement to a machine that has vanished, or that a firewall
 * has forgotten: so long its connection would be missing, and whoever has sent it would wait.
 */
export function watchConnections(pool: pg.Pool, answerWithinMs = ANSWER_WITHIN_MS): void {
  const watched = new Set<Watched>()

  pool.on('connect', (client) => {
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
    const one = { stream, silentSince: 0, writtenWhenHeard: 0 }
    const heard = () => {
      one.silentSince = performance.now()
      one.writtenWhenHeard = stream.bytesWritten
    }
    heard()
    watched.add(one)
    stream.on('data', heard)
    stream.once('close', () => watched.delete(one))
  })

  const timer = setInterval(() => {
    if (pool.ended) return clearInterval(timer)
    for (const one of watched) {
      if (isIdle(one)) one.silentSince = performance.now()
      if (performance.now() - one.silentSince < answerWithinMs) continue
      one.stream.destroy(
        new Error(`Connection terminated: PostgreSQL has said nothing for ${answerWithinMs} ms`),
      )
    }
  }, LOOK_EVERY_MS).unref()
}

/** The last word of an exchange is PostgreSQL's: nobody waits until something is sent after it. */
const isIdle = ({ stream, writtenWhenHeard }: Watched) => stream.bytesWritten === writtenWhenHeard
