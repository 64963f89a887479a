import type { Server, ServerOptions } from 'node:http'
import type { Socket } from 'node:net'

/** What one connection may take, of time and of room. */
export type ConnectionLimits = {
  /** From the first byte, or from the connection when there is none, to the end of the headers. */
  headersMs: number
  /** From the first byte to the end of the body. */
  requestMs: number
  /** How often the two above are looked at. */
  checkEveryMs: number
  /** How long a connection may be kept without a request. */
  keepAliveMs: number
  /** How long one piece of an answer may wait for its reader to take it. */
  unreadMs: number
  /** Address and headers together. */
  headerBytes: number
  headerLines: number
  /** Of the whole process, the live streams included. */
  connections: number
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  headersMs: 10_000,
  requestMs: 15_000,
  checkEveryMs: 1_000,
  // Longer than the minute for which load balancers keep theirs, so that they never send on one that is just closed.
  keepAliveMs: 72_000,
  unreadMs: 60_000,
  headerBytes: 16 * 1024,
  headerLines: 256,
  connections: 4_096,
}

/** A connection whose other end is gone without a word is noticed after this long and another ten seconds. */
const PROBE_AFTER_MS = 10_000

/** For `createServer`. */
export const serverOptionsOf = (limits: ConnectionLimits): ServerOptions => ({
  headersTimeout: limits.headersMs,
  requestTimeout: limits.requestMs,
  connectionsCheckingInterval: limits.checkEveryMs,
  maxHeaderSize: limits.headerBytes,
  keepAlive: true,
  keepAliveInitialDelay: PROBE_AFTER_MS,
  // We ask for it ourselves, see broken-requests.ts.
  requireHostHeader: false,
})

/** Bounds how many connections there are, and cuts those whose other end does not read what it asked for. */
export function guardConnections(
  server: Server,
  limits: ConnectionLimits,
  count: (what: string) => void,
): void {
  const answers = new Map<Socket, Unread | null>()
  server.maxConnections = limits.connections
  server.maxHeadersCount = limits.headerLines
  // Whoever says with a request that it was the last one waits for the answer all the same.
  ;(server as { httpAllowHalfOpen?: boolean }).httpAllowHalfOpen = true
  let isFull = false
  server.on('drop', () => {
    isFull = true
    count('connection_dropped')
  })
  server.on('connection', (socket: Socket) => {
    answers.set(socket, null)
    socket.on('close', () => answers.delete(socket))
  })
  const look = setInterval(() => {
    // Those that are kept for later, and those that have said nothing yet, make room.
    if (isFull) server.closeIdleConnections()
    isFull = false
    const now = performance.now()
    for (const [socket, before] of answers) {
      const unread = unreadOf(socket, before, now)
      answers.set(socket, unread)
      if (!unread || now - unread.since < limits.unreadMs) continue
      count('answer_unread')
      socket.destroy()
    }
  }, limits.checkEveryMs)
  look.unref()
  server.on('close', () => clearInterval(look))
}

/** How much of what was written the system has taken, and since when it is no more. */
type Unread = { taken: number; since: number }

function unreadOf(socket: Socket, before: Unread | null, now: number): Unread | null {
  if (socket.writableLength === 0) return null
  const taken = socket.bytesWritten - socket.writableLength
  return before?.taken === taken ? before : { taken, since: now }
}
