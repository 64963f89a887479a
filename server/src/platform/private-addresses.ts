import type { LookupAddress, LookupOptions } from 'node:dns'
import { lookup } from 'node:dns'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Which hosts and networks requests may go to although they are not on the public internet. */
export type Allowance = {
  allowsHost(hostname: string): boolean
  allowsAddress(address: string): boolean
}

/** A host resolved to nothing but addresses that requests may not go to. */
export class PrivateAddress extends Error {
  override name = 'PrivateAddress'
  constructor(hostname: string) {
    super(
      `${hostname} is a private address. If OpsKnight shall go there, add ${hostname} to OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES.`,
    )
  }
}

/** `entries`: hosts, addresses and networks like `10.0.0.0/8`, or `all`. */
export function allowanceOf(entries: readonly string[]): Allowance {
  const hosts = new Set(entries.map(bare))
  const networks = entries.map(bare).flatMap(networkIn)
  const all = hosts.has('all')
  return {
    allowsHost: (hostname) => all || hosts.has(bare(hostname)),
    allowsAddress: (address) =>
      all || isPublic(address) || networks.some((network) => lies(address, network)),
  }
}

/** Whether it can be used in `allowanceOf`. */
export const isAllowanceEntry = (entry: string): boolean =>
  networkIn(entry).length > 0 || /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?$/i.test(entry)

const bare = (hostname: string) =>
  hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number]

function networkIn(entry: string): Network[] {
  const [address = ''] = entry.split('/')
  if (!isIP(address)) return []
  try {
    return [ipaddr.parseCIDR(entry.includes('/') ? entry : `${entry}/${isIP(entry) === 4 ? 32 : 128}`)]
  } catch {
    return []
  }
}

function lies(address: string, [network, bits]: Network): boolean {
  const parsed = parse(address)
  return parsed !== null && parsed.kind() === network.kind() && parsed.match(network, bits)
}

/**
 * On the public internet: not this machine, a local network, a cloud's metadata service or anything reserved. IPv4 within
 * IPv6 counts as what is inside.
 */
export function isPublic(address: string): boolean {
  return parse(address)?.range() === 'unicast'
}

function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const [withoutZone = ''] = address.split('%')
  if (!ipaddr.isValid(withoutZone)) return null
  const parsed = ipaddr.process(withoutZone)
  return parsed instanceof ipaddr.IPv6 && embedsIPv4(parsed)
    ? new ipaddr.IPv4(parsed.toByteArray().slice(12))
    : parsed
}

/** What a NAT64 gateway translates, and the old `::a.b.c.d`. */
function embedsIPv4(address: ipaddr.IPv6): boolean {
  const [first, second, ...rest] = address.parts
  const isEmptyUntilLast = rest.slice(0, 4).every((part) => part === 0)
  if (!isEmptyUntilLast) return false
  return (first === 0x64 && second === 0xff9b) || (first === 0 && second === 0 && isOldStyle(address))
}

const isOldStyle = ({ parts }: ipaddr.IPv6) => parts[6] !== 0 || (parts[7] ?? 0) > 1

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void

export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void

/**
 * `dns.lookup` for connections: what it answers is what is connected to, so that a name cannot be public when it is asked
 * for and private when it is used.
 */
export function guardedLookup(allowance: Allowance, resolve: Resolve = lookup) {
  return (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, [])
      const usable = found.filter(
        ({ address }) => allowance.allowsHost(hostname) || allowance.allowsAddress(address),
      )
      const [first] = usable
      if (!first) return callback(new PrivateAddress(hostname), [])
      if (options.all) return callback(null, usable)
      callback(null, first.address, first.family)
    })
  }
}

/** A host that is an address already is not looked up. */
export function refuseLiteral(hostname: string, allowance: Allowance): void {
  const address = bare(hostname)
  if (isIP(address) && !allowance.allowsHost(address) && !allowance.allowsAddress(address))
    throw new PrivateAddress(address)
}
