import type { z } from 'zod'
import { type IntegrationType, settingsOfType } from '#contract/integrations.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../platform/errors.ts'
import { withinTime } from '../platform/within-time.ts'
import { ADDRESS } from './integration-model.ts'
import { createLookup, type IntegrationRow, selectInstalled } from './lookup.ts'

/** An integration as a delivery meets it. */
export type InstalledIntegration = {
  /** The integration's primary key; its address is a credential and stays out of records and logs. */
  ref: string
  serviceId: string
  type: IntegrationType
  name: string
  enabled: boolean
  settings: IntegrationSettings
  /** The present one first; empty when deliveries need no signature. */
  signingSecrets: string[]
  /** OpsKnight's own, to which it delivers to see whether it works. */
  isSystem: boolean
  /** Its tool is told what happens to its incidents, and its alert rules may send them to other services. */
  isConnected: boolean
  /** The name under which a connected tool tells of what OpsKnight itself has changed there; null when it is not known. */
  ownActor: string | null
}

export type IntegrationSettings = z.infer<(typeof settingsOfType)[IntegrationType]>

export type Directory = {
  /**
   * Null when no integration of this type has this address, whatever the reason. Throws `unavailable` when its row
   * cannot be read.
   */
  find(type: IntegrationType, address: string): Promise<InstalledIntegration | null>
  /** Learns all integrations, so that deliveries to them can be judged while the database is away. */
  preload(): Promise<void>
  /** Ends the subscription to changes. */
  close(): void
}

/** How long another process may go on with what an administrator has changed. */
const MAX_AGE_MS = 1_000
const MAX_ENTRIES = 1_000
/** How long a delivery waits for what is known of its integration already. */
const ANSWER_WITHIN_MS = 500
/** How long it waits when nothing is known yet: whoever sends it gives up soon after. */
const FIRST_ANSWER_WITHIN_MS = 3_000

type Lookup = ReturnType<typeof createLookup>
type DirectoryDeps = Pick<Deps, 'db' | 'clock' | 'log' | 'live' | 'secrets'>
type Entry = { askedAt: number; found: Promise<InstalledIntegration | null> }

/**
 * Finds integrations for the webhooks without asking the database for each delivery. An answer is used for a second at
 * most, and no longer once this process hears of a change. Misses are not kept, so a new integration works at once.
 */
export function createDirectory(deps: DirectoryDeps): Directory {
  const lookUp = createLookup(deps.db)
  const entries = new Map<string, Entry>()
  // What was true last, for as long as the database cannot be asked.
  const lastKnown = new Map<string, InstalledIntegration>()
  let generation = 0

  function ask(key: string, type: IntegrationType, address: string): Entry {
    const entry = { askedAt: deps.clock.now().getTime(), found: readOrRemember(key, type, address) }
    const forget = () => {
      if (entries.get(key) === entry) entries.delete(key)
    }
    entry.found.then((found) => found ?? forget(), forget)
    entries.delete(key)
    entries.set(key, entry)
    const [oldest] = entries.keys()
    if (entries.size > MAX_ENTRIES && oldest) entries.delete(oldest)
    return entry
  }

  async function readOrRemember(key: string, type: IntegrationType, address: string) {
    const own = generation
    const remembered = lastKnown.get(key)
    const reading = read(deps, lookUp, type, address)
    try {
      const found = await withinTime(reading, remembered ? ANSWER_WITHIN_MS : FIRST_ANSWER_WITHIN_MS)
      if (own === generation) {
        if (found) lastKnown.set(key, found)
        else lastKnown.delete(key)
      }
      return found
    } catch (error) {
      if (!remembered || error instanceof AppError) throw error
      return remembered
    }
  }

  async function preload(): Promise<void> {
    // An older answer must not bring back what has been changed since.
    generation += 1
    const own = generation
    const rows = await selectInstalled(deps.db).limit(MAX_ENTRIES).execute()
    if (own !== generation) return
    if (rows.length < MAX_ENTRIES) lastKnown.clear()
    for (const row of rows) remember(row)
  }

  function remember(row: IntegrationRow): void {
    try {
      lastKnown.set(keyOf(row.type, row.address), toInstalled(deps, row))
    } catch {
      // What cannot be read is reported when somebody delivers to it.
    }
  }

  const unsubscribe = deps.live.subscribe(({ kind }) => {
    if (kind !== 'configuration' && kind !== 'resync') return
    // An answer that is still on its way was asked for before the change: it is dropped with the rest.
    entries.clear()
    preload().catch((error: unknown) => deps.log.warn({ err: error }, 'directory.not_preloaded'))
  })

  return {
    preload,
    find(type, address) {
      // What cannot be an address takes the same way as one that nobody has.
      const asked = ADDRESS.test(address) ? address : ''
      const key = keyOf(type, asked)
      const entry = entries.get(key)
      const age = entry ? deps.clock.now().getTime() - entry.askedAt : Number.NaN
      const isFresh = age >= 0 && age < MAX_AGE_MS
      return (entry && isFresh ? entry : ask(key, type, asked)).found
    },
    close: unsubscribe,
  }
}

const keyOf = (type: string, address: string) => `${type} ${address}`

async function read(
  deps: DirectoryDeps,
  lookUp: Lookup,
  type: IntegrationType,
  address: string,
): Promise<InstalledIntegration | null> {
  const row = await lookUp({ type, address })
  if (!row) return null
  try {
    return toInstalled(deps, row)
  } catch (error) {
    deps.log.error({ err: error, ref: row.id }, 'integration.unreadable')
    throw new AppError(
      'unavailable',
      'The settings or the signing secret of this integration cannot be read. Its health page says what to do.',
    )
  }
}

/** Throws when a secret was sealed with another key. */
function toInstalled({ secrets }: DirectoryDeps, row: IntegrationRow): InstalledIntegration {
  const sealed = [row.signing_secret, row.previous_signing_secret].filter((secret) => secret !== null)
  return {
    ref: row.id,
    serviceId: row.service_id,
    type: row.type,
    name: row.name,
    enabled: row.enabled,
    settings: settingsOfType[row.type].parse(row.settings),
    signingSecrets: sealed.map((secret) => secrets.open(secret)),
    isSystem: row.is_system,
    isConnected: row.has_outbox,
    ownActor: row.own_actor,
  }
}
