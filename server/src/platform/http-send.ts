import type { Agent, Dispatcher } from 'undici'
import { retryAfterSeconds, whatItSaid } from './http-answers.ts'
import {
  type Allowance,
  guardedLookup,
  PrivateAddress,
  type Resolve,
  refuseLiteral,
} from './private-addresses.ts'
import { percentDecoded, redact, secretsOfRequest } from './redact.ts'

export type HttpRequest = {
  method: 'POST' | 'PUT' | 'GET'
  url: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Statuses besides 2xx that the caller reads itself. */
  answers?: readonly number[]
}
export type HttpAnswer = { status: number; headers: Record<string, string>; text: string }
export type HttpResult =
  | { outcome: 'answered'; answer: HttpAnswer }
  /** `afterSeconds`: as the other side said. `refused`: the request was not carried out; of others nobody knows. */
  | { outcome: 'retry'; reason: string; afterSeconds?: number; refused?: boolean }
  | { outcome: 'failed'; reason: string }
/** Sends one request and reads a bounded answer. */
export type HttpSend = (request: HttpRequest) => Promise<HttpResult>

export type HttpLimits = {
  connectMs: number
  /** Without a word from the other side. */
  silentMs: number
  /** From the first to the last. */
  wholeMs: number
  /** As much of an answer as is read. */
  answerBytes: number
}

export const HTTP_LIMITS: HttpLimits = {
  connectMs: 5_000,
  silentMs: 10_000,
  wholeMs: 15_000,
  answerBytes: 64 * 1024,
}

export type HttpSender = {
  /**
   * `secrets` never come out in a reason; `signal` ends a request before its time is over; `trusted` are origins that the operator
   * of the server has named, wherever they are.
   */
  with(given: {
    signal: AbortSignal
    now: Date
    secrets?: readonly string[]
    trusted?: readonly string[]
  }): HttpSend
  close(): Promise<void>
}

/**
 * Sends requests to addresses that people have entered. Only to the public internet unless allowed, with bounded time and
 * answers, and without following redirects: an address belongs to the host that it names.
 */
export function createHttpSender(
  allowance: Allowance,
  given: Partial<HttpLimits> = {},
  resolve?: Resolve,
): HttpSender {
  const limits = { ...HTTP_LIMITS, ...given }
  let agents: Promise<Agents> | null = null
  return {
    with({ signal, now, secrets = [], trusted = [] }) {
      return async (request) => {
        if (!URL.canParse(request.url)) return { outcome: 'failed', reason: 'This is no web address' }
        const { origin, hostname } = new URL(request.url)
        const isTrusted = trusted.includes(origin)
        const refuse = () => {
          if (!isTrusted) refuseLiteral(hostname, allowance)
        }
        const whole = AbortSignal.any([signal, AbortSignal.timeout(limits.wholeMs)])
        agents ??= makeAgents(limits, guardedLookup(allowance, resolve))
        const { send, open, guarded } = await agents
        const agent = isTrusted ? open : guarded
        const hidden = [...secrets, ...secretsOfRequest(request)]
        const hide = (text: string) => redact(text, hidden)
        const result = await attempt({ send, agent, refuse, hide, limits, request, signal: whole, now })
        return result.outcome === 'answered' ? result : { ...result, reason: hide(result.reason) }
      }
    },
    close: async () => {
      const { guarded, open } = (await agents) ?? {}
      await Promise.all([guarded?.destroy(), open?.destroy()])
    },
  }
}

type Send = typeof import('undici').request
type Agents = { send: Send; guarded: Agent; open: Agent }

/** The library takes 8 MB: it is loaded with the first request. */
async function makeAgents(limits: HttpLimits, lookup: ReturnType<typeof guardedLookup>): Promise<Agents> {
  const { Agent, request: send } = await import('undici')
  const agentWith = (connect: object) =>
    new Agent({
      connect: { ...connect, timeout: limits.connectMs },
      headersTimeout: limits.silentMs,
      bodyTimeout: limits.silentMs,
      connections: 8,
      pipelining: 1,
    })
  return { send, guarded: agentWith({ lookup }), open: agentWith({}) }
}

type Attempt = {
  send: Send
  agent: Agent
  /** Throws for an address that nothing may be sent to. */
  refuse(): void
  /** Takes credentials out of what a provider says. */
  hide(text: string): string
  limits: HttpLimits
  request: HttpRequest
  signal: AbortSignal
  now: Date
}

async function attempt({
  send,
  agent,
  refuse,
  hide,
  limits,
  request,
  signal,
  now,
}: Attempt): Promise<HttpResult> {
  const { protocol, host, username, password } = new URL(request.url)
  if (protocol !== 'https:' && protocol !== 'http:')
    return { outcome: 'failed', reason: 'The address must start with https:// or http://' }
  try {
    refuse()
    const { method, url, headers = {}, body = null, answers = [] } = request
    const basic = username || password ? { authorization: basicOf(username, password) } : {}
    const answer = await send(url, {
      dispatcher: agent,
      method,
      headers: { 'user-agent': 'OpsKnight', ...basic, ...headers },
      body,
      signal,
    })
    const text = await readBounded(answer.body, limits.answerBytes)
    return judge(
      { status: answer.statusCode, headers: flat(answer.headers), text },
      { host, hide, answers, now },
    )
  } catch (error) {
    return toResult(error, host, signal)
  }
}

const basicOf = (username: string, password: string) =>
  `Basic ${Buffer.from(`${percentDecoded(username)}:${percentDecoded(password)}`).toString('base64')}`

async function readBounded(body: Dispatcher.ResponseData['body'], maximum: number): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  // Leaving the loop ends the connection, so that an answer without end costs nothing more.
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part)
    size += part.length
    if (size >= maximum) break
  }
  return Buffer.concat(parts).subarray(0, maximum).toString('utf8').toWellFormed()
}

const flat = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]))

const TOO_MANY = 429
const UNAVAILABLE = 503
/** What a server answers that was too slow or too early for itself. */
const LATER = new Set([408, 425, TOO_MANY])

function judge(
  answer: HttpAnswer,
  { host, hide, answers, now }: Pick<Attempt, 'hide' | 'now'> & { host: string; answers: readonly number[] },
): HttpResult {
  const { status } = answer
  if ((status >= 200 && status < 300) || answers.includes(status)) return { outcome: 'answered', answer }
  if (status >= 300 && status < 400)
    return {
      outcome: 'failed',
      reason: `${host} answered ${status}, which leads elsewhere. Redirects are not followed: enter the address that it leads to.`,
    }
  const said = whatItSaid(answer, hide)
  const reason = `${host} answered ${status}${said ? `: ${said}` : ''}`
  if (!LATER.has(status) && status < 500) return { outcome: 'failed', reason }
  const afterSeconds = retryAfterSeconds(answer, now)
  const refused = LATER.has(status) || status === UNAVAILABLE
  return { outcome: 'retry', reason, refused, ...(afterSeconds === null ? {} : { afterSeconds }) }
}

function toResult(error: unknown, host: string, signal: AbortSignal): HttpResult {
  if (error instanceof PrivateAddress) return { outcome: 'failed', reason: error.message }
  if (signal.aborted) return { outcome: 'retry', reason: `${host} did not answer in time` }
  const { code, message } = wordsOf(error)
  const why = WORDS[code] ?? (code || message)
  const refused = NEVER_THERE.has(code)
  return { outcome: 'retry', reason: `${host} could not be reached: ${why}`, refused }
}

/** What happens before a request is sent. */
const NEVER_THERE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** A host with several addresses is several errors. */
function wordsOf(error: unknown): { code: string; message: string } {
  const first = error instanceof AggregateError ? error.errors[0] : error
  if (!(first instanceof Error)) return { code: '', message: String(first) }
  return { code: 'code' in first ? String(first.code) : '', message: first.message }
}

// Node's and undici's names of what the network says.
const WORDS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name could not be looked up',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it accepted the connection and said nothing',
  UND_ERR_BODY_TIMEOUT: 'it stopped in the middle of its answer',
  UND_ERR_SOCKET: 'it closed the connection',
  UND_ERR_HEADERS_OVERFLOW: 'its answer is no sensible HTTP',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody known here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  EPROTO: 'it does not speak TLS there',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there',
}
