import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { LiveMessage } from '#contract/live.ts'
import type { Trx } from './db.ts'
import type { Log } from './log.ts'

const CHANNEL = 'opsknight_live'
/** PostgreSQL takes less than 8,000 bytes a message; an id in JSON is 39. */
const IDS_PER_MESSAGE = 150

/** Who wants to hear of changes in this process: browsers' streams and caches. */
export type Live = {
  /** Tells everybody in this process, before it returns. */
  tell(message: LiveMessage): void
  /** Returns the function that ends the subscription. */
  subscribe(listener: (message: LiveMessage) => void): () => void
}

export function createLive(): Live {
  const listeners = new Set<(message: LiveMessage) => void>()
  return {
    tell(message) {
      for (const listener of listeners) listener(message)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Tells every process once the transaction is committed. */
export async function notify(trx: Trx, messages: readonly LiveMessage[]): Promise<void> {
  const payloads = messages.flatMap(inParts).map((message) => JSON.stringify(message))
  if (payloads.length === 0) return
  await sql`select pg_notify(${CHANNEL}, payload) from unnest(${payloads}::text[]) as payload`.execute(trx)
}

function inParts(message: LiveMessage): LiveMessage[] {
  switch (message.kind) {
    case 'incidents':
      return chunk(message.ids).map((ids) => ({ kind: 'incidents', ids }))
    case 'deliveries':
      return chunk(message.refs).map((refs) => ({ kind: 'deliveries', refs }))
    case 'configuration':
    case 'resync':
    case 'interrupted':
      return [message]
  }
}

function chunk(ids: readonly string[]): string[][] {
  const parts = []
  for (let start = 0; start < ids.length; start += IDS_PER_MESSAGE)
    parts.push(ids.slice(start, start + IDS_PER_MESSAGE))
  return parts
}

const RECONNECT_MS = 1_000
/** A connection whose other end is gone without a word is noticed within half a minute. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 }

/**
 * Hears what all processes tell, until `stop`. When its connection is lost it says `interrupted`, and when it hears again
 * `resync`, as messages were missed.
 */
export function listen(url: string, live: Live, log: Log): { ready: Promise<void>; stop(): Promise<void> } {
  const stopping = new AbortController()
  let client: pg.Client | null = null
  let hasHeard = false
  let hears = false
  const heard = Promise.withResolvers<void>()

  async function session(): Promise<void> {
    client = new pg.Client({ connectionString: url, ...KEEP_ALIVE, application_name: 'opsknight live' })
    const ended = new Promise<void>((resolve) => client?.once('end', resolve))
    client.on('error', (error) => log.warn({ err: error }, 'live.connection_lost'))
    client.on('notification', ({ payload }) => live.tell(toMessage(payload)))
    await client.connect()
    await client.query(`listen ${CHANNEL}`)
    if (hasHeard) live.tell({ kind: 'resync' })
    hasHeard = true
    hears = true
    heard.resolve()
    await ended
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await session().catch((error: unknown) => log.warn({ err: error }, 'live.not_connected'))
      if (hears && !stopping.signal.aborted) live.tell({ kind: 'interrupted' })
      hears = false
      await delay(RECONNECT_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const running = run()
  return {
    ready: heard.promise,
    async stop() {
      stopping.abort()
      heard.resolve()
      await client?.end().catch(() => undefined)
      await running
    },
  }
}

/** A message of a newer release, which runs beside this one for a while, means that something changed. */
function toMessage(payload: string | undefined): LiveMessage {
  try {
    return LiveMessage.parse(JSON.parse(payload ?? ''))
  } catch {
    return { kind: 'resync' }
  }
}
