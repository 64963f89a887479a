import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export type Request = {
  /** For people: which part of the server it is aimed at, and who sends it. */
  route: string
  caller: string
  method: string
  target: string
  headers: readonly (readonly [string, string])[]
  body: Buffer | null
  /** In how many chunks the body goes; null with its length. */
  chunks: number | null
}

export type Answer = { status: number; headers: Map<string, string>; text: string }

/** A stream of news never ends: its head is the answer. */
const ENDLESS = 'text/event-stream'
const ANSWER_WITHIN_MS = 20_000

/** What a request is on the wire. */
export function wireOf({ method, target, headers, body, chunks }: Request): Buffer {
  const length =
    body === null ? [] : chunks === null ? [`Content-Length: ${body.length}`] : ['Transfer-Encoding: chunked']
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...length,
  ]
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  if (body === null) return head
  return Buffer.concat([head, chunks === null ? body : inChunks(body, chunks)])
}

function inChunks(body: Buffer, chunks: number): Buffer {
  const size = Math.max(1, Math.ceil(body.length / chunks))
  const parts: Buffer[] = []
  for (let start = 0; start < body.length; start += size) {
    const part = body.subarray(start, start + size)
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

/** One sender: a connection that is kept, and opened again when the server has closed it. */
export class Sender {
  readonly #port: number
  #socket: Socket | null = null

  constructor(port: number) {
    this.#port = port
  }

  /** Throws when there is no whole answer. */
  async send(request: Request): Promise<Answer> {
    const socket = await this.#connected()
    const reader = new AnswerReader(request.method)
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const take = (chunk: Buffer) => {
      const answer = reader.take(chunk)
      if (answer) resolve(answer)
    }
    const end = () => {
      const answer = reader.end()
      if (answer) resolve(answer)
      else reject(new Error(`The connection ended without an answer (${reader.received} bytes of one)`))
    }
    const fail = (error: Error) => reject(new Error(`The connection broke: ${error.message}`))
    const timer = setTimeout(
      () => reject(new Error('There was no answer within 20 seconds')),
      ANSWER_WITHIN_MS,
    )
    socket.on('data', take).once('end', end).once('error', fail)
    try {
      socket.write(wireOf(request))
      const answer = await promise
      if (answer.headers.get('connection') === 'close' || isEndless(answer)) this.close()
      return answer
    } catch (error) {
      this.close()
      throw error
    } finally {
      clearTimeout(timer)
      socket.off('data', take).off('end', end).off('error', fail)
    }
  }

  async #connected(): Promise<Socket> {
    if (this.#socket && !this.#socket.destroyed && this.#socket.readable) return this.#socket
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    // Between two requests nobody else listens.
    socket.on('error', () => undefined)
    this.#socket = socket
    return socket
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = null
  }
}

const isEndless = ({ headers }: Answer) => headers.get('content-type')?.startsWith(ENDLESS) ?? false

const HEAD_END = '\r\n\r\n'

/** Puts an answer together from what arrives. */
class AnswerReader {
  readonly #isHead: boolean
  #bytes: Buffer = Buffer.alloc(0)

  constructor(method: string) {
    this.#isHead = method === 'HEAD'
  }

  get received(): number {
    return this.#bytes.length
  }

  take(chunk: Buffer): Answer | null {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    return this.#whole(false)
  }

  end(): Answer | null {
    return this.#whole(true)
  }

  #whole(isEnd: boolean): Answer | null {
    const end = this.#bytes.indexOf(HEAD_END)
    if (end < 0) return null
    const [first = '', ...lines] = this.#bytes.toString('latin1', 0, end).split('\r\n')
    const status = Number(first.split(' ')[1])
    const rest = this.#bytes.subarray(end + HEAD_END.length)
    if (status === 100) {
      this.#bytes = rest
      return this.#whole(isEnd)
    }
    const headers = new Map(lines.map((line) => fieldOf(line)))
    const body = this.#isHead || status === 204 || status === 304 ? '' : bodyOf(headers, rest, isEnd)
    return body === null ? null : { status, headers, text: body }
  }
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

function bodyOf(headers: Map<string, string>, rest: Buffer, isEnd: boolean): string | null {
  if (headers.get('content-type')?.startsWith(ENDLESS)) return ''
  const length = headers.get('content-length')
  if (length !== undefined)
    return rest.length < Number(length) ? null : rest.toString('utf8', 0, Number(length))
  if (headers.get('transfer-encoding') !== 'chunked') return isEnd ? rest.toString('utf8') : null
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at)
    if (lineEnd < 0) return null
    const size = Number.parseInt(rest.toString('latin1', at, lineEnd), 16)
    if (rest.length < lineEnd + 2 + size + 2) return null
    if (size === 0) return Buffer.concat(parts).toString('utf8')
    parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}
