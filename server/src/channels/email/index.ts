import { z } from 'zod'
import { type AddressCheck, defineChannel, type SendContext } from '../types.ts'
import { type Letter, letterOf } from './letter.ts'
import { closeMailServers, deliver, loadMailer } from './smtp.ts'

export type EmailSettings = { url: string; from: string | null }

/** Mail over SMTP. The server is the operator's own, so it may be at a private address. */
export const email = defineChannel<EmailSettings>({
  id: 'email',
  name: 'E-mail',
  description: 'A mail with one button each to acknowledge and to resolve.',
  settingsFields: [
    {
      name: 'url',
      label: 'Mail server',
      help: 'The SMTP server that mail is sent by: `smtp://user:password@host:587`, or `smtps://…` for TLS from the start.',
      placeholder: 'smtp://user:password@mail.example.com:587',
      kind: 'secret',
      required: true,
    },
    {
      name: 'from',
      label: 'Sender',
      help: 'The sender of mail, e.g. `OpsKnight <opsknight@example.com>`. Unset: the user of `SMTP_URL` if that is an address, else `opsknight@` and the host of `OPSKNIGHT_URL`.',
      placeholder: 'OpsKnight <opsknight@example.com>',
      kind: 'email',
      required: false,
    },
  ],
  environment: { SMTP_URL: 'url', MAIL_FROM: 'from' },
  onlyFromEnvironment: true,
  readSettings({ url, from }) {
    if (!url) return null
    if (!isMailServer(url))
      return {
        problem:
          'SMTP_URL must look like smtp://user:password@host:587 or smtps://…; a % in the user or password is written as %25',
      }
    if (from && !senderOf(from))
      return {
        problem: 'MAIL_FROM must look like OpsKnight <opsknight@example.com> or opsknight@example.com',
      }
    return { settings: { url, from: from || null } }
  },
  addressField: {
    name: 'address',
    label: 'E-mail address',
    help: 'Pages are sent here.',
    placeholder: 'ana@example.com',
    kind: 'email',
    required: true,
  },
  isAddressSecret: false,
  verifiedBy: 'code',
  replies: true,
  checkAddress,
  send: (message, address, context) =>
    deliver(letterTo(address, letterOf(message), message.key, context), context),
  prepare: loadMailer,
  close: closeMailServers,
})

const Address = z.email()

function checkAddress(text: string): AddressCheck {
  const address = text.trim()
  if (!Address.safeParse(address).success || address.length > 254)
    return { problem: 'Enter an e-mail address like ana@example.com.' }
  return { address, shown: address }
}

const MAIL_SERVER = /^smtps?:$/

function isMailServer(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, username, password } = new URL(url)
  return MAIL_SERVER.test(protocol) && hostname !== '' && isPercentEncoded(`${username}:${password}`)
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** The address within `Name <address>` or alone; null when there is none. */
function senderOf(from: string): string | null {
  const address = from.match(/<([^<>]+)>\s*$/)?.[1] ?? from
  return Address.safeParse(address.trim()).success ? address.trim() : null
}

/** The Message-ID comes from the key, so that a mail server and a mail program recognise one that is sent again. */
function letterTo(
  address: string,
  letter: Letter,
  key: string,
  { settings, publicUrl }: SendContext<EmailSettings>,
) {
  const host = new URL(publicUrl).hostname
  const from = settings.from ?? `OpsKnight <${ownSender(settings.url, host)}>`
  return {
    ...letter,
    from,
    to: { name: '', address },
    messageId: `<${key.replace(/[^\w.-]/g, '_')}@${domainOf(senderOf(from)) ?? host}>`,
    // Answers by themselves, e.g. "I am on holiday", are for nobody.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    ...URGENT[letter.urgency],
  }
}

const URGENT = { high: { priority: 'high' }, normal: {} } as const

function ownSender(url: string, host: string): string {
  const user = decodeURIComponent(new URL(url).username)
  return (
    senderOf(user) ?? `opsknight@${host.includes('.') && !/^[\d.]+$/.test(host) ? host : 'opsknight.invalid'}`
  )
}

const domainOf = (address: string | null) => address?.split('@').at(-1)
