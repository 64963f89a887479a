import {
  Channel,
  type ChannelSettings,
  type TestChannel,
  type TestChannelResult,
} from '#contract/channels.ts'
import { recordAudit } from '../audit/store.ts'
import { channelOf, channels } from '../channels/index.ts'
import type { ChannelDefinition } from '../channels/types.ts'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration, differences } from '../platform/configuration.ts'
import type { Trx } from '../platform/db.ts'
import { AppError, conflict, notFound } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { findOwnAddress } from './own-address.ts'
import { sendMessage } from './send.ts'
import { type ChannelState, openValues, readChannelState } from './settings.ts'

/** Every channel as it stands now, in the order in which they are offered. */
export const readChannels = (deps: Deps): Promise<ChannelState[]> =>
  Promise.all(channels.map((definition) => readChannelState(deps, definition)))

/** One channel as it stands now. Throws `not_found`. */
export const readChannel = (deps: Deps, id: string): Promise<ChannelState> =>
  readChannelState(deps, getDefinition(id))

function getDefinition(id: string): ChannelDefinition {
  const { data } = Channel.safeParse(id)
  const definition = data ? channelOf(data) : null
  if (!definition) throw notFound('Channel')
  return definition
}

/** Stores what an administrator has entered, as a whole. A secret that is left empty stays what it was. */
export async function setChannelSettings(
  deps: Deps,
  principal: Principal | null,
  id: string,
  given: ChannelSettings,
): Promise<void> {
  demand(principal, 'configure')
  const definition = getDefinition(id)
  refuseOfEnvironment(deps, definition)
  refuseUnknown(definition, given)
  const shared = (await readChannelState(deps, definition)).values
  const now = deps.clock.now()
  await changeConfiguration(deps, async (trx) => {
    const before = await lockEntered(trx, deps, definition.id)
    const after = merged(definition, before, given)
    const elsewhere = withoutOwn(definition, shared)
    refuseUnusable(definition, { ...elsewhere, ...after })
    refuseMoved(definition, { before: { ...elsewhere, ...before }, after: { ...elsewhere, ...after }, given })
    const row = { sealed: deps.secrets.seal(JSON.stringify(after)), updated_at: now }
    await trx
      .insertInto('channel_settings')
      .values({ channel: definition.id, ...row })
      .onConflict((conflict) => conflict.column('channel').doUpdateSet(row))
      .execute()
    await recordAudit(trx, principal, now, {
      action: 'channel.settings_changed',
      target: auditTarget(definition),
      data: { changes: changesOf(definition, before, after) },
    })
  })
}

/** What the environment gives cannot be changed here, and would win. */
function refuseOfEnvironment(
  { config }: Deps,
  { id, name, environment, onlyFromEnvironment }: ChannelDefinition,
): void {
  const variables = Object.keys(environment).join(', ')
  if (onlyFromEnvironment)
    throw conflict(`${name} is set up by whoever runs the server: ${variables} in its environment.`)
  if (config.channels[id])
    throw conflict(
      `${name} is set up in the environment of the server, which wins. Remove ${variables} there to set it up here.`,
    )
}

function refuseUnknown({ settingsFields }: ChannelDefinition, given: ChannelSettings): void {
  const names = new Set(settingsFields.map(({ name }) => name))
  const errors = Object.keys(given)
    .filter((name) => !names.has(name))
    .map((name) => ({ path: name, message: 'This channel has no such setting' }))
  if (errors.length > 0)
    throw new AppError('invalid_request', 'Some of these settings do not exist.', { errors })
}

function merged(definition: ChannelDefinition, before: Record<string, string>, given: ChannelSettings) {
  const entries = definition.settingsFields.flatMap(({ name, kind }) => {
    const value = given[name]?.trim() || (kind === 'secret' ? before[name] : '')
    return value ? [[name, value]] : []
  })
  return Object.fromEntries(entries) as Record<string, string>
}

/** Of the values that count now only those that come from elsewhere: the rest is what is replaced. */
function withoutOwn({ settingsFields, sharesSettingsOf }: ChannelDefinition, values: Record<string, string>) {
  if (sharesSettingsOf) return values
  const own = new Set(settingsFields.map(({ name }) => name))
  return Object.fromEntries(Object.entries(values).filter(([name]) => !own.has(name)))
}

function refuseUnusable(definition: ChannelDefinition, values: Record<string, string>): void {
  const errors = definition.settingsFields
    .filter(({ name, required }) => required && !values[name])
    .map(({ name, label }) => ({ path: name, message: `${label} is required` }))
  const read = definition.readSettings(values)
  if (read && !('problem' in read)) return
  const detail = read
    ? read.problem
    : `${definition.name} cannot be used with this alone; something is missing.`
  throw new AppError('invalid_request', detail, { errors })
}

type Changed = { before: Record<string, string>; after: Record<string, string>; given: ChannelSettings }

/** Nobody reads a stored secret by having it sent to a place of their own. */
function refuseMoved({ sentTo = {}, settingsFields }: ChannelDefinition, { before, after, given }: Changed) {
  const labels = new Map(settingsFields.map(({ name, label }) => [name, label]))
  const errors = Object.entries(sentTo)
    .filter(([place]) => after[place] && originOf(after[place]) !== originOf(before[place] ?? ''))
    .flatMap(([place, secrets]) =>
      secrets
        .filter((name) => after[name] && !given[name]?.trim())
        .map((name) => ({
          path: name,
          message: `Enter it again: ${labels.get(place) ?? place} has changed`,
        })),
    )
  if (errors.length === 0) return
  const names = errors.map(({ path }) => labels.get(path) ?? path).join(', ')
  throw new AppError(
    'invalid_request',
    `Requests would go to another server than before. Enter what is sent there again: ${names}.`,
    { errors },
  )
}

const originOf = (address: string): string => (URL.canParse(address) ? new URL(address).origin : address)

const HIDDEN = '(secret)'

/** For the audit log: which fields, and of those that are no secrets the values. */
function changesOf(
  { settingsFields }: ChannelDefinition,
  before: Record<string, string>,
  after: Record<string, string>,
) {
  const secrets = new Set(settingsFields.filter(({ kind }) => kind === 'secret').map(({ name }) => name))
  const names = settingsFields.map(({ name }) => name)
  const filled = (values: Record<string, string>) =>
    Object.fromEntries(names.map((name) => [name, values[name] ?? null]))
  const hide = (value: unknown) => (value === null ? null : HIDDEN)
  return Object.fromEntries(
    Object.entries(differences(filled(before), filled(after))).map(([name, { from, to }]) => [
      name,
      secrets.has(name) ? { from: hide(from), to: hide(to) } : { from, to },
    ]),
  )
}

/** Forgets what was entered for a channel. */
export async function deleteChannelSettings(
  deps: Deps,
  principal: Principal | null,
  id: string,
): Promise<void> {
  demand(principal, 'configure')
  const definition = getDefinition(id)
  const now = deps.clock.now()
  await changeConfiguration(deps, async (trx) => {
    const gone = await trx
      .deleteFrom('channel_settings')
      .where('channel', '=', definition.id)
      .executeTakeFirst()
    if (gone.numDeletedRows === 0n) return
    await recordAudit(trx, principal, now, {
      action: 'channel.settings_removed',
      target: auditTarget(definition),
    })
  })
}

async function lockEntered(trx: Trx, { secrets }: Deps, channel: Channel): Promise<Record<string, string>> {
  const row = await trx
    .selectFrom('channel_settings')
    .select('sealed')
    .where('channel', '=', channel)
    .forUpdate()
    .executeTakeFirst()
  return (row && openValues(secrets, row.sealed)) ?? {}
}

/** Sends a test message now, and says what came of it. */
export async function testChannel(
  deps: Deps,
  principal: Principal | null,
  id: string,
  given: TestChannel,
): Promise<TestChannelResult> {
  demand(principal, 'configure')
  const definition = getDefinition(id)
  const address = given.address
    ? checked(definition, given.address)
    : await ownAddress(deps, principal, definition)
  const now = deps.clock.now()
  const outcome = await sendMessage(deps, definition.id, address, {
    kind: 'test',
    key: newId(now),
    person: { name: principal.actor.name },
    settingsUrl: `${publicUrlOf(deps.config)}/settings/channels`,
  })
  const result = { outcome: outcome.outcome, reason: 'reason' in outcome ? outcome.reason : null }
  await deps.db.transaction().execute((trx) =>
    recordAudit(trx, principal, now, {
      action: 'channel.tested',
      target: auditTarget(definition),
      data: result,
    }),
  )
  return result
}

function checked(definition: ChannelDefinition, text: string): string {
  const check = definition.checkAddress(text)
  if ('address' in check) return check.address
  throw new AppError('invalid_request', check.problem, {
    errors: [{ path: 'address', message: check.problem }],
  })
}

async function ownAddress(
  deps: Deps,
  { actor }: Principal,
  { id, name }: ChannelDefinition,
): Promise<string> {
  const own = actor.kind === 'user' && actor.id ? await findOwnAddress(deps, actor.id, id) : null
  if (own) return own
  const message = `Say where to, or add a contact method on ${name} to your own profile.`
  throw new AppError('invalid_request', message, { errors: [{ path: 'address', message }] })
}

const auditTarget = ({ id, name }: ChannelDefinition) => ({ type: 'channel', id, name })
