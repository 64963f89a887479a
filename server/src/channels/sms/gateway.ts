import type { HttpRequest } from '../../platform/http-send.ts'
import type { Message, SendContext, SendOutcome } from '../types.ts'
import { oneLine } from '../words.ts'

/** Any HTTP API that sends SMS, described by templates with `{{to}}`, `{{text}}` and `{{key}}`. */
export type Gateway = {
  url: string
  method: 'POST' | 'PUT' | 'GET'
  headers: Record<string, string>
  body: string | null
  /** What the answer to a message that was taken contains; null: every 2xx is one. */
  success: string | null
}

type Values = { to: string; text: string; key: string }

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g
const KNOWN = new Set(['to', 'text', 'key'])
const DEFAULT_BODY = '{"to": "{{to}}", "text": "{{text}}", "key": "{{key}}"}'
const METHODS = ['POST', 'PUT', 'GET'] as const

/** Null when there is no address, or what is wrong with the description. */
export function readGateway(
  values: Record<string, string | undefined>,
): { gateway: Gateway } | { problem: string } | null {
  const { gatewayUrl: url, gatewaySuccess = '' } = values
  if (!url) return null
  const method = METHODS.find((known) => known === (values.gatewayMethod || 'POST').toUpperCase())
  if (!method) return { problem: 'The method of the SMS gateway must be POST, PUT or GET' }
  const headers = readHeaders(values.gatewayHeaders ?? '')
  if (!headers)
    return { problem: 'The headers of the SMS gateway must be lines like "Authorization: Bearer …"' }
  const body = method === 'GET' ? null : values.gatewayBody || DEFAULT_BODY
  const gateway = { url, method, headers, body, success: gatewaySuccess || null }
  const problem = problemOf(gateway)
  return problem ? { problem } : { gateway }
}

/** One on each line; `\n` stands for the end of a line where a variable cannot hold one. */
function readHeaders(text: string): Record<string, string> | null {
  const lines = text
    .split(/\r?\n|\\n/)
    .map((line) => line.trim())
    .filter(Boolean)
  const pairs = lines.map((line) => line.match(/^([\w!#$%&'*+.^`|~-]+)\s*:\s*(.+)$/))
  if (pairs.some((pair) => pair === null)) return null
  return Object.fromEntries(pairs.map((pair) => [(pair?.[1] ?? '').toLowerCase(), pair?.[2] ?? '']))
}

function problemOf(gateway: Gateway): string | null {
  const example = requestTo(gateway, { to: '+4915123456789', text: 'A "quoted" text', key: 'k' })
  if (!URL.canParse(example.url) || !/^https?:$/.test(new URL(example.url).protocol))
    return 'The address of the SMS gateway must start with https:// or http://'
  const all = [gateway.url, gateway.body ?? '', ...Object.values(gateway.headers)].join('\n')
  const named = [...all.matchAll(PLACEHOLDER)].map(([, name = '']) => name)
  const unknown = named.find((name) => !KNOWN.has(name))
  if (unknown) return `The SMS gateway’s templates know {{to}}, {{text}} and {{key}}, but not {{${unknown}}}`
  if (!named.includes('to') || !named.includes('text'))
    return 'The SMS gateway’s address or body must contain {{to}} and {{text}}'
  const isBroken = isJson(example.headers ?? {}) && gateway.body !== null && !parses(String(example.body))
  return isBroken ? 'The body of the SMS gateway is no valid JSON' : null
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The templates filled in, each value written as its place demands. */
export function requestTo({ url, method, headers, body }: Gateway, values: Values): HttpRequest {
  const type = headers['content-type'] ?? typeOf(body)
  const all = { ...(type ? { 'content-type': type } : {}), ...headers }
  return {
    method,
    url: filled(url, values, encodeURIComponent),
    headers: Object.fromEntries(
      Object.entries(all).map(([name, value]) => [
        name,
        filled(value, values, (part) => part.replace(/[^ -~]/g, ' ')),
      ]),
    ),
    ...(body === null ? {} : { body: filled(body, values, escapingOf(type ?? '')) }),
  }
}

const filled = (template: string, values: Values, escaped: (value: string) => string) =>
  template.replace(PLACEHOLDER, (_all, name: keyof Values) => escaped(values[name] ?? ''))

function typeOf(body: string | null): string | null {
  if (body === null) return null
  if (/^\s*[{[]/.test(body)) return 'application/json'
  return /^\s*</.test(body) ? 'application/xml' : 'application/x-www-form-urlencoded'
}

const isJson = (headers: Record<string, string>) => (headers['content-type'] ?? '').includes('json')

function escapingOf(type: string): (value: string) => string {
  if (type.includes('json')) return (value) => JSON.stringify(value).slice(1, -1)
  if (type.includes('urlencoded')) return encodeURIComponent
  if (type.includes('xml'))
    return (value) => value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return (value) => value
}

/** Sends one SMS. An answer without the words of success is final: such gateways say so for wrong numbers and empty accounts. */
export async function sendOverGateway(
  gateway: Gateway,
  { to, text, message }: { to: string; text: string; message: Message },
  { http }: Pick<SendContext<unknown>, 'http'>,
): Promise<SendOutcome> {
  const result = await http(requestTo(gateway, { to, text, key: message.key }))
  if (result.outcome !== 'answered') return result
  const { text: said } = result.answer
  if (gateway.success && !said.includes(gateway.success))
    return {
      outcome: 'failed',
      reason: `The SMS gateway did not take the message: ${oneLine(said) || 'it said nothing'}`,
    }
  return { outcome: 'sent' }
}
