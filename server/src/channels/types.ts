import type { Channel, ChannelField } from '#contract/channels.ts'
import type { Severity, Urgency } from '#contract/common.ts'
import type { HttpSend } from '../platform/http-send.ts'

/** An incident as a message speaks of it. */
export type PagedIncident = {
  number: number
  title: string
  severity: Severity
  urgency: Urgency
  serviceName: string
  source: string | null
  /** When it opened. */
  openedAt: Date
  /** Its page in OpsKnight. */
  url: string
}

/** Where a person answers from the message itself. Each belongs to this person and this page, and to no other. */
export type ReplyLinks = {
  /** Pages with one button: a GET changes nothing. */
  acknowledgeUrl: string
  resolveUrl: string
  /** What a button carries back; it proves which page and person it belongs to. */
  token: string
}

/** What a channel is asked to say. `key` is the same whenever the same message is sent again. */
export type Message =
  | {
      kind: 'page'
      key: string
      person: { name: string; timeZone: string; locale: string }
      /** The most urgent one first. More than one: they came within moments of each other. */
      incidents: PagedIncident[]
      replies: ReplyLinks
      /** Where all that is open is listed. */
      allUrl: string
    }
  /** Proves that an address is the person's: they type the code back, or press the button behind the link. */
  | { kind: 'code'; key: string; person: { name: string }; code: string; confirmUrl: string }
  | { kind: 'test'; key: string; person: { name: string }; settingsUrl: string }
  | { kind: 'invitation'; key: string; person: { name: string }; inviterName: string; url: string }
  /** Anything else that a person must know: one line, a few sentences, where to go. */
  | { kind: 'notice'; key: string; title: string; text: string; url: string }

/**
 * `sent`: the provider has it. `retry`: it may work later, after so many seconds if the provider said so. `failed`: trying again
 * makes no sense. Reasons are sentences for people and never hold a credential. `refused`: the provider has said no, so that nobody
 * can have it; of a connection that broke or was silent nobody knows.
 */
export type SendOutcome =
  | { outcome: 'sent'; providerId?: string; delivered?: boolean }
  | { outcome: 'retry'; reason: string; afterSeconds?: number; refused?: boolean }
  | { outcome: 'failed'; reason: string }

/** An address as it is stored (`address`), as it is shown (`shown`), or what is wrong with it. */
export type AddressCheck = { address: string; shown: string } | { problem: string }

/** Everything a channel gets from outside. It meets neither the database nor another channel. */
export type SendContext<Settings> = {
  settings: Settings
  http: HttpSend
  /** The address of this server that people reach, without a slash at the end. */
  publicUrl: string
  /** Ends when the sender has no more time. */
  signal: AbortSignal
  now: Date
}

/** One way to reach people: a folder, and a line in the registry. */
export type ChannelDefinition<Settings = unknown> = {
  id: Channel
  name: string
  description: string
  /** What an administrator enters once; empty where nothing is needed. */
  settingsFields: ChannelField[]
  /** Which environment variable gives which of these fields; those win over what was entered. */
  environment: Record<string, string>
  /** Set where only the operator of the server may say where messages go. */
  onlyFromEnvironment?: true
  /** Another channel whose values of the same names count where this one has none: one account for both. */
  sharesSettingsOf?: Channel
  /** By setting that says where requests go, which secrets go there: with another address they are entered anew. */
  sentTo?: Readonly<Record<string, readonly string[]>>
  /** Keys that this installation makes for itself, once; they are among the values. `shown` names those that are public. */
  ownKeys?: { make(): Record<string, string>; shown: readonly string[] }
  /** Null: these values are not enough to send. */
  readSettings(values: Record<string, string>): { settings: Settings } | { problem: string } | null
  /** What a person enters. */
  addressField: ChannelField
  /** Whether the address is a credential: sealed at rest, and only partly shown. */
  isAddressSecret: boolean
  /** How the person proves that the address is theirs. */
  verifiedBy: 'code' | 'link'
  /** Whether incidents can be acknowledged from it. */
  replies: boolean
  checkAddress(text: string): AddressCheck
  send(message: Message, address: string, context: SendContext<Settings>): Promise<SendOutcome>
  /** Loads what sending will need, so that the first page does not wait for it. */
  prepare?(settings: Settings): Promise<unknown> | undefined
  /** Ends what it keeps open. */
  close?(): void
}

export const defineChannel = <Settings>(
  definition: ChannelDefinition<Settings>,
): ChannelDefinition<Settings> => definition
