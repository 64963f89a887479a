/**
 * True for names and addresses that exist only in one network or machine (RFC 1918, loopback, link-local, unique local IPv6, names
 * without a dot or under `.local`, `.localhost`, `.internal`, `.lan`): hosted tools cannot reach them. Takes the `hostname` of a URL,
 * which writes every IPv4 address as four numbers and IPv6 in brackets.
 */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.toLowerCase()
  if (host.startsWith('[')) return PRIVATE_IPV6.test(host)
  if (IPV4.test(host)) return PRIVATE_IPV4.test(host)
  return !host.includes('.') || PRIVATE_NAME.test(host)
}

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/
const PRIVATE_IPV4 = /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254)\./
// fc00::/7 and fe80::/10.
const PRIVATE_IPV6 = /^\[(::1\]|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/
const PRIVATE_NAME = /\.(local|localhost|internal|lan)$/
