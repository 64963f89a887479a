import type { z } from 'zod'
import { type IntegrationType, settingsOfType } from '#contract/integrations.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../platform/errors.ts'

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
}

export type IntegrationSettings = z.infer<(typeof settingsOfType)[IntegrationType]>

export type Directory = {
  /**
   * Null when no integration of this type has this address, whatever the reason. Throws `unavailable` when its row
   * cannot be read.
   */
  find(type: IntegrationType, address: string): Promise<InstalledIntegration | null>
  /** Ends the subscription to changes. */
  close(): void
}

/** How long another process may go on with what an administrator has changed. */
const MAX_AGE_MS = 1_000
const MAX_ENTRIES = 1_000
const ADDRESS = /^[\w-]{22,100}$/

type DirectoryDeps = Pick<Deps, 'db' | 'clock' | 'log' | 'live' | 'secrets'>
type Entry = { askedAt: number; found: Promise<InstalledIntegration | null> }

/**
 * Finds integrations for the webhooks without asking the database for each delivery. An answer is used for a second at
 * most, and no longer once this process hears of a change. Misses are not kept, so a new integration works at once.
 */
export function createDirectory(deps: DirectoryDeps): Directory {
  const entries = new Map<string, Entry>()

  function ask(key: string, type: IntegrationType, address: string): Entry {
    const entry = { askedAt: deps.clock.now().getTime(), found: read(deps, type, address) }
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

  return {
    find(type, address) {
      // What cannot be an address takes the same way as one that nobody has.
      const asked = ADDRESS.test(address) ? address : ''
      const key = `${type} ${asked}`
      const entry = entries.get(key)
      const age = entry ? deps.clock.now().getTime() - entry.askedAt : Number.NaN
      const isFresh = age >= 0 && age < MAX_AGE_MS
      return (entry && isFresh ? entry : ask(key, type, asked)).found
    },
    // An answer that is still on its way was asked for before the change: it is dropped with the rest.
    close: deps.live.subscribe(({ kind }) => {
      if (kind === 'configuration' || kind === 'resync') entries.clear()
    }),
  }
}

async function read(
  { db, secrets, log }: DirectoryDeps,
  type: IntegrationType,
  address: string,
): Promise<InstalledIntegration | null> {
  const row = await db
    .selectFrom('integrations')
    .selectAll()
    .where('address', '=', address)
    .where('type', '=', type)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  const sealed = [row.signing_secret, row.previous_signing_secret].filter((secret) => secret !== null)
  try {
    return {
      ref: row.id,
      serviceId: row.service_id,
      type,
      name: row.name,
      enabled: row.enabled,
      settings: settingsOfType[type].parse(row.settings),
      signingSecrets: sealed.map((secret) => secrets.open(secret)),
    }
  } catch (error) {
    log.error({ err: error, ref: row.id }, 'integration.unreadable')
    throw new AppError(
      'unavailable',
      'The settings or the signing secret of this integration cannot be read. Its health page says what to do.',
    )
  }
}
