import { once } from 'node:events'
import net from 'node:net'
import { onTestFinished } from 'vitest'

/** One answer as it came over the wire. */
export type WireAnswer = { status: number; headers: Record<string, string>; text: string }

/** A TCP connection to a server, for what no HTTP client would send. */
export type Wire = {
  send(...parts: (string | Buffer)[]): Promise<void>
  /** The next answer on this connection. */
  answer(): Promise<WireAnswer>
  /** Waits until something has been received that holds `part`. */
  text(part: string): Promise<void>
  /** Says that nothing more will be sent; listens on. */
  end(): void
  /** Resolves when the connection has ended, whoever ended it. */
  closed: Promise<void>
  localPort: number
  /** Breaks off without saying goodbye. */
  reset(): void
}

/** Opens a connection; it is closed when the test has finished. */
export async function openWire(port: number): Promise<Wire> {
  const socket = net.connect({ port, host: '127.0.0.1' })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  let received: Buffer = Buffer.alloc(0)
  let problem: Error | null = null
  let more = Promise.withResolvers<void>()
  const wake = () => {
    more.resolve()
    more = Promise.withResolvers()
  }
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    wake()
  })
  socket.on('error', (error) => {
    problem = error
    wake()
  })
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      problem ??= new Error('The connection was closed')
      wake()
      resolve()
    })
  })
  const until = async <Found>(find: () => Found | null): Promise<Found> => {
    for (;;) {
      const found = find()
      if (found !== null) return found
      if (problem) throw problem
      await more.promise
    }
  }

  return {
    async send(...parts) {
      for (const part of parts) {
        if (!socket.write(part) && !problem) await Promise.race([once(socket, 'drain'), more.promise])
      }
    },
    async answer() {
      const { answer, rest } = await until(() => takeAnswer(received))
      received = rest
      return answer
    },
    async text(part) {
      await until(() => received.includes(part) || null)
    },
    end: () => void socket.end(),
    closed,
    localPort: socket.localPort ?? 0,
    reset: () => void socket.resetAndDestroy(),
  }
}

const HEADERS_END = '\r\n\r\n'

/** Our answers always say how long they are. */
function takeAnswer(received: Buffer): { answer: WireAnswer; rest: Buffer } | null {
  const end = received.indexOf(HEADERS_END)
  if (end < 0) return null
  const [first = '', ...lines] = received.toString('latin1', 0, end).split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => line.split(': ') as [string, string]))
  const lowered = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const start = end + HEADERS_END.length
  const length = Number(lowered['content-length'] ?? 0)
  if (received.length < start + length) return null
  const text = received.toString('utf8', start, start + length)
  return {
    answer: { status: Number(first.split(' ')[1]), headers: lowered, text },
    rest: received.subarray(start + length),
  }
}
