import { BlockList } from 'node:net'
import type { SendContext, SendOutcome } from '../types.ts'
import { cut, oneLine } from '../words.ts'
import type { EmailSettings } from './index.ts'

export type AddressedLetter = {
  from: string
  to: { name: string; address: string }
  messageId: string
  subject: string
  text: string
  html: string
  headers: Record<string, string>
  priority?: 'high'
}

const CONNECT_WITHIN_MS = 10_000
const SILENT_AT_MOST_MS = 20_000
const SEND_WITHIN_MS = 30_000
/** Long enough for a night of pages to share connections, short enough to hold none for nothing. */
const IDLE_MS = 30_000

type Library = typeof import('nodemailer')
type MailServer = ReturnType<typeof connectTo>
const servers = new Map<string, MailServer>()

/** The library takes 7 MB, and not everybody has a mail server: it is loaded for those who do. */
export const loadMailer = () => import('nodemailer')

/** Hands a letter to the mail server, over a connection that stays open for the next one. */
export async function deliver(
  letter: AddressedLetter,
  { settings, signal }: Pick<SendContext<EmailSettings>, 'settings' | 'signal'>,
): Promise<SendOutcome> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(SEND_WITHIN_MS)])
  const library = await loadMailer()
  try {
    const { messageId, response } = await serverOf(library, settings.url).sendMail({
      ...letter,
      signal: inTime,
    })
    return { outcome: 'sent', providerId: messageId || response }
  } catch (error) {
    return outcomeOf(error, inTime.aborted)
  }
}

/** Ends the connections of all mail servers; those that are sending finish first. */
export function closeMailServers(): void {
  for (const server of servers.values()) server.close()
  servers.clear()
}

function serverOf(library: Library, url: string): MailServer {
  const known = servers.get(url)
  if (known) return known
  const made = connectTo(library, url)
  servers.set(url, made)
  return made
}

function connectTo({ createTransport }: Library, url: string) {
  const server = createTransport({
    pool: true,
    url,
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    dnsTimeout: CONNECT_WITHIN_MS,
    socketTimeout: SILENT_AT_MOST_MS,
    idleTimeout: IDLE_MS,
    // Retries are the sender's, who records them.
    maxRequeues: 1,
    // The certificate of a relay on this machine is for its public name, and nobody is in between.
    ...(isThisMachine(new URL(url).hostname) ? { tls: { rejectUnauthorized: false } } : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  // What goes wrong with a message is told to whoever sends it.
  server.on('error', () => {})
  return server
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return host === 'localhost' || loopback.check(host, host.includes(':') ? 'ipv6' : 'ipv4')
}

type MailError = Error & { code?: string; command?: string; responseCode?: number; response?: string }

/** https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1: 4xx may work later, 5xx will not. */
function outcomeOf(error: unknown, isLate: boolean): SendOutcome {
  if (isLate) return { outcome: 'retry', reason: 'The mail server did not take the mail in time' }
  const { code = '', command, responseCode = 0, response, message } = error as MailError
  const said = cut(oneLine(response ?? message), 300)
  if (responseCode >= 500 && code === 'EAUTH')
    return { outcome: 'failed', reason: `The mail server refused the user or password of SMTP_URL: ${said}` }
  if (responseCode >= 500) return { outcome: 'failed', reason: `The mail server refused the mail: ${said}` }
  if (responseCode >= 400)
    return { outcome: 'retry', reason: `The mail server cannot take the mail now: ${said}`, refused: true }
  const reason = `The mail server could not be reached: ${said}`
  return { outcome: 'retry', reason, refused: command === 'CONN' }
}
