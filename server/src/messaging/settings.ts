import { Channel, ChannelSettings } from '#contract/channels.ts'
import { channelOf } from '../channels/index.ts'
import type { ChannelDefinition } from '../channels/types.ts'
import type { Deps } from '../deps.ts'
import type { Db } from '../platform/db.ts'
import { openOrNull, type SecretBox } from '../platform/secrets.ts'
import { findOwnKeys } from './own-keys.ts'

export type MessagingDeps = Pick<Deps, 'db' | 'secrets' | 'config' | 'live' | 'log' | 'clock'>

/** What an administrator has entered for a channel; `values` is null when they cannot be read with the present key. */
export type Entered = { values: Record<string, string> | null; updatedAt: Date }

/** How a channel stands: where its values come from, and what they are good for. */
export type ChannelState = {
  definition: ChannelDefinition
  configuredBy: 'environment' | 'settings' | null
  values: Record<string, string>
  updatedAt: Date | null
  ready: { settings: unknown } | { problem: string }
}

/** How a channel stands now, known for at most a second. */
export async function readChannelState(
  deps: MessagingDeps,
  definition: ChannelDefinition,
): Promise<ChannelState> {
  const entered = await enteredOf(deps)
  const own = definition.ownKeys ? await findOwnKeys(deps, definition.id, definition.ownKeys.make) : {}
  return stateOf(definition, { entered, own, environment: deps.config.channels })
}

type Sources = {
  entered: ReadonlyMap<Channel, Entered>
  /** Null when they cannot be read with the present key. */
  own: Record<string, string> | null
  environment: Deps['config']['channels']
}

function stateOf(definition: ChannelDefinition, sources: Sources): ChannelState {
  const { id, sharesSettingsOf } = definition
  const given = valuesOf(definition, id, sources)
  const shared = sharesSettingsOf ? valuesOf(definition, sharesSettingsOf, sources) : {}
  const values = { ...shared, ...given, ...sources.own }
  const entered = sources.entered.get(id)
  const state = { definition, values, updatedAt: entered?.updatedAt ?? null }
  const configuredBy = sourceOf(definition, sources)
  if (!sources.own) return { ...state, configuredBy, ready: { problem: OWN_KEYS_UNREADABLE } }
  if (entered?.values === null && configuredBy !== 'environment' && !definition.onlyFromEnvironment)
    return { ...state, configuredBy, ready: { problem: UNREADABLE } }
  return {
    ...state,
    configuredBy,
    ready: definition.readSettings(values) ?? { problem: missing(definition, values) },
  }
}

const UNREADABLE =
  'The stored settings cannot be read with the present OPSKNIGHT_SECRET_KEY. Enter them again in Settings → Channels.'

const OWN_KEYS_UNREADABLE =
  'The keys that OpsKnight made for this channel cannot be read with the present OPSKNIGHT_SECRET_KEY. Bring back the key from before.'

/** Only what this channel has a field for; the environment wins. */
function valuesOf(definition: ChannelDefinition, from: Channel, { entered, environment }: Sources) {
  const typed = definition.onlyFromEnvironment ? {} : (entered.get(from)?.values ?? {})
  const given = environment[from] ?? {}
  const all = { ...typed, ...withoutPlaces(definition, given), ...given }
  const names = new Set(definition.settingsFields.map(({ name }) => name))
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => names.has(name) && value !== ''))
}

/** Empties what was entered of where requests go, when what is sent there is the operator's. */
const withoutPlaces = ({ sentTo = {} }: ChannelDefinition, given: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(sentTo).flatMap(([place, secrets]) =>
      secrets.some((name) => given[name]) ? [[place, '']] : [],
    ),
  )

function sourceOf({ id, sharesSettingsOf }: ChannelDefinition, { entered, environment }: Sources) {
  const ids = sharesSettingsOf ? [id, sharesSettingsOf] : [id]
  if (ids.some((channel) => environment[channel])) return 'environment'
  return ids.some((channel) => entered.has(channel)) ? 'settings' : null
}

function missing(
  { settingsFields, environment, onlyFromEnvironment }: ChannelDefinition,
  values: Record<string, string>,
) {
  const lacking = settingsFields.filter(({ name, required }) => required && !values[name])
  const variables = Object.entries(environment).flatMap(([variable, field]) =>
    lacking.length === 0 || lacking.some(({ name }) => name === field) ? [variable] : [],
  )
  const set = `set ${variables.join(', ')} in the environment of the server`
  const labels = lacking.map(({ label }) => label).join(', ')
  if (onlyFromEnvironment) return `Not set up: ${set}.`
  const enter = labels ? `enter ${labels} in Settings → Channels` : 'complete it in Settings → Channels'
  return `Not set up: ${enter}${variables.length > 0 ? `, or ${set}` : ''}.`
}

const KEPT_MS = 1_000
type Known = { at: number; entered: Promise<Map<Channel, Entered>> }
/** By process: each has one `live`. */
const known = new WeakMap<Deps['live'], Known>()

function enteredOf(deps: MessagingDeps): Promise<Map<Channel, Entered>> {
  const { live } = deps
  const present = known.get(live)
  if (present && performance.now() - present.at < KEPT_MS) return present.entered
  if (!present) live.subscribe(({ kind }) => kind !== 'incidents' && kind !== 'deliveries' && forget(live))
  const entered = readEntered(deps.db, deps.secrets)
  const next = { at: performance.now(), entered }
  known.set(live, next)
  entered.catch(() => forget(live))
  return entered
}

function forget(live: Deps['live']): void {
  const present = known.get(live)
  if (present) known.set(live, { ...present, at: Number.NEGATIVE_INFINITY })
}

async function readEntered(db: Db, secrets: SecretBox): Promise<Map<Channel, Entered>> {
  const rows = await db.selectFrom('channel_settings').selectAll().execute()
  return new Map(
    rows.flatMap((row) => {
      const { data: channel } = Channel.safeParse(row.channel)
      if (!channel || !channelOf(channel)) return []
      return [[channel, { values: openValues(secrets, row.sealed), updatedAt: row.updated_at }] as const]
    }),
  )
}

/** Null when they were sealed with another key. */
export function openValues(secrets: SecretBox, sealed: Buffer): Record<string, string> | null {
  const text = openOrNull(secrets, sealed)
  return text === null ? null : ChannelSettings.parse(JSON.parse(text))
}
