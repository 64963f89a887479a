import { setTimeout as delay } from 'node:timers/promises'
import type { Deps } from '../deps.ts'
import { AppError } from '../platform/errors.ts'
import { type Journal, type JournalEntry, JournalFull } from '../platform/journal.ts'
import { isUniqueViolation } from '../platform/retry.ts'
import type { Ingest } from './ingest.ts'
import { fromRecord, type JournaledIntake, toRecord } from './journal-record.ts'
import type { Intake, Receipt } from './model.ts'

/** An ingest that goes on while the database is away, and catches up when it is back. */
export type PersistentIngest = Ingest & {
  /** Ends the catching up; what still waits is in the journal. */
  stop(): Promise<void>
}

const CATCH_UP_EVERY_MS = 1_000
const CATCH_UP_BATCH = 256
/** An entry that fails this often although the database answers would hold up all others. */
const ATTEMPTS = 5

/**
 * While the database is away deliveries go to the journal on the local disk and are answered `queued`: Sentry sends an
 * internal integration's delivery only once. Until the journal is empty again everything goes through it, so that a
 * resolution does not overtake its trigger.
 */
export function withJournal({ log }: Pick<Deps, 'log'>, ingest: Ingest, journal: Journal): PersistentIngest {
  const stopping = new AbortController()
  const attempts = new Map<number, number>()

  async function submit(intake: Intake): Promise<Receipt> {
    if (!isDelivery(intake)) return ingest.submit(intake)
    if (!journal.isEmpty) return keep(intake)
    try {
      return await ingest.submit(intake)
    } catch (error) {
      if (!isUnavailable(error)) throw error
      return keep(intake)
    }
  }

  async function keep(intake: JournaledIntake): Promise<Receipt> {
    try {
      await journal.append(toRecord(intake), intake.delivery.body)
    } catch (error) {
      if (!(error instanceof JournalFull)) throw error
      throw new AppError('unavailable', 'The database is away and the journal is full. Send it again later.')
    }
    return queued(intake)
  }

  async function catchUp(): Promise<void> {
    while (!journal.isEmpty && !stopping.signal.aborted) {
      const entries = journal.read(CATCH_UP_BATCH)
      const settled = await Promise.allSettled(entries.map((entry) => ingest.submit(fromRecord(entry))))
      const done = entries.filter((entry, index) => isDone(entry, settled[index]!))
      journal.remove(done.map(({ id }) => id))
      if (done.length < entries.length) return
      log.info({ deliveries: done.length }, 'ingest.caught_up')
    }
  }

  function isDone(entry: JournalEntry, outcome: PromiseSettledResult<Receipt>): boolean {
    if (outcome.status === 'fulfilled') return true
    const { reason } = outcome
    if (isUnavailable(reason)) return false
    // Its commit had worked although nobody heard of it.
    if (isUniqueViolation(reason)) return true
    const count = (attempts.get(entry.id) ?? 0) + 1
    attempts.set(entry.id, count)
    const isHopeless = reason instanceof AppError || count >= ATTEMPTS
    if (isHopeless)
      log.error({ err: reason, delivery: fromRecord(entry).delivery.id }, 'ingest.journal_entry_dropped')
    return isHopeless
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await catchUp().catch((error: unknown) => log.error({ err: error }, 'ingest.catch_up_failed'))
      await delay(CATCH_UP_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const running = run()
  return {
    submit,
    async stop() {
      stopping.abort()
      await running
    },
  }
}

const isDelivery = (intake: Intake): intake is JournaledIntake => intake.delivery !== null

const isUnavailable = (error: unknown) => error instanceof AppError && error.code === 'unavailable'

const KEPT = 'The database is away. The delivery is kept on disk and takes effect as soon as it is back.'

function queued({ verdict, delivery }: JournaledIntake): Receipt {
  const base = { deliveryId: delivery.id, incidentId: null }
  switch (verdict.outcome) {
    case 'rejected':
      return { ...base, outcome: 'rejected', reason: verdict.reason, result: null }
    case 'ignored':
      return {
        ...base,
        outcome: 'ignored',
        reason: verdict.reason,
        result: { action: 'ignored', reason: verdict.reason },
      }
    case 'events':
      return { ...base, outcome: 'accepted', reason: KEPT, result: { action: 'queued', reason: KEPT } }
  }
}
