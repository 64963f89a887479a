import type { IncomingHttpHeaders } from 'node:http'

export type KeptHeaders = Record<string, string | string[]>

const LEFT_OUT = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key'])
/** Proxies and gateways add credentials of their own under many names. */
const SECRET = /auth|cookie|credential|jwt|password|secret|session|signature|token|(api|access|private)-?key/

/**
 * The headers of a delivery without credentials. Of a signature only that it was there is kept: with the body it would
 * be a valid delivery. Proxies repeat the address in headers of their own, and the address is a credential too.
 */
export function keptHeaders(headers: IncomingHttpHeaders, address: string | null): KeptHeaders {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string | string[]][] => {
      if (value === undefined || LEFT_OUT.has(name)) return []
      if (SECRET.test(name)) return [[name, '[present]']]
      return [[name, withoutAddress(value, address)]]
    }),
  )
}

function withoutAddress(value: string | string[], address: string | null): string | string[] {
  if (!address) return value
  const hide = (text: string) => text.replaceAll(address, '[integration id]')
  return typeof value === 'string' ? hide(value) : value.map(hide)
}
