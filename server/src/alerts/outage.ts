import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type { Deps } from '../deps.ts'
import { AppError } from '../platform/errors.ts'
import type { Journal, JournalEntry } from '../platform/journal.ts'
import type { Ingest } from './ingest.ts'
import { fromRecord, type JournaledIntake, toRecord } from './journal-record.ts'
import type { Intake, Receipt } from './model.ts'
import { applyOrQuarantine, isCommittedAlready } from './quarantine.ts'
import { minuteOf } from './store.ts'

/** An ingest that goes on while the database is away, and catches up when it is back. */
export type PersistentIngest = Ingest & {
  /** Ends the catching up; what still waits is in the journal. */
  stop(): Promise<void>
}

/** Sentry gives up after five seconds at the latest. A commit that is done later all the same is not done twice. */
const COMMIT_WITHIN_MS = 3_000
/** So short that nobody gives up, so long that under load more is taken out of the journal than comes in. */
const WAIT_FOR_EMPTY_MS = 500
const RETRY_AFTER_SECONDS = 30
const CATCH_UP_EVERY_MS = 1_000
const ADOPT_EVERY_MS = 3_000
const CATCH_UP_BATCH = 256
const CATCH_UP_BYTES = 8 * 1024 * 1024
/** An entry that fails this often although the database answers would hold up all others. */
const ATTEMPTS = 5

/**
 * While the database is away deliveries go to the journal on the local disk and are answered `queued`: Sentry sends an
 * internal integration's delivery only once. Until the journal is empty again everything goes through it, so that a
 * resolution does not overtake its trigger; once it is being emptied, what arrives waits for that a moment, as otherwise
 * it would never be empty under load.
 */
export function withJournal({ log }: Pick<Deps, 'log'>, ingest: Ingest, journal: Journal): PersistentIngest {
  const stopping = new AbortController()
  const attempts = new Map<number, number>()
  /** While the journal is being emptied: settled when it is empty, or that has failed. */
  let emptying: PromiseWithResolvers<void> | null = null
  let adoptAt = performance.now() + ADOPT_EVERY_MS

  async function submit(intake: Intake): Promise<Receipt> {
    if (emptying) await atMost(emptying.promise, WAIT_FOR_EMPTY_MS)
    const hasNoOrder =
      !isDelivery(intake) || intake.source?.isSystem || (emptying && intake.verdict.outcome === 'rejected')
    if (hasNoOrder) return ingest.submit(intake)
    return journal.isEmpty ? commitOrKeep(intake) : keep(intake)
  }

  async function commitOrKeep(intake: JournaledIntake): Promise<Receipt> {
    // With it everybody who waits is let go and goes to the journal: nobody overtakes those who came before.
    const tooLate = setTimeout(ingest.letGo, COMMIT_WITHIN_MS)
    try {
      return await ingest.submit(intake)
    } catch (error) {
      if (isRefusal(error)) throw error
      log.warn({ err: error, delivery: intake.delivery.id }, 'ingest.journaled')
      return keep(intake)
    } finally {
      clearTimeout(tooLate)
    }
  }

  /** What is refused is refused without the database too, and a flood of it must not fill the journal. */
  async function keep(intake: JournaledIntake): Promise<Receipt> {
    if (intake.verdict.outcome === 'rejected') return queued(intake)
    try {
      await journal.append(toRecord(intake), intake.delivery.body)
    } catch (error) {
      log.error({ err: error, delivery: intake.delivery.id }, 'journal.refused')
      throw new AppError(
        'unavailable',
        'The database is away and the journal takes no more. Send it again later.',
        { retryAfterSeconds: RETRY_AFTER_SECONDS },
      )
    }
    return queued(intake)
  }

  /** Applies what waits, until nothing does or the database is not there. */
  async function catchUp(): Promise<void> {
    while (!journal.isEmpty && !stopping.signal.aborted) {
      const batch = nextBatch()
      // What has just been appended is not on the disk yet.
      if (batch.length === 0) await nextTurn()
      else if (!(await apply(batch))) return
      emptying ??= Promise.withResolvers()
    }
  }

  /** The oldest entries of one minute, as limits per minute are those of the minute in which something arrived. */
  function nextBatch(): Readable[] {
    const batch: Readable[] = []
    for (const entry of journal.read(CATCH_UP_BATCH, CATCH_UP_BYTES)) {
      const intake = readIntake(entry)
      if (intake && isOfMinute(intake, batch[0]?.intake)) batch.push({ entry, intake })
      // One that cannot be read is dealt with when it is the oldest.
      else if (intake || batch.length > 0) break
      else setAside(entry, new Error('The entry cannot be read'))
    }
    return batch
  }

  /** False when the database is not there. */
  async function apply(batch: Readable[]): Promise<boolean> {
    try {
      await ingest.commitTogether(batch.map(({ intake }) => intake))
    } catch (error) {
      return !isUnavailable(error) && applyOneByOne(batch)
    }
    remove(batch.map(({ entry }) => entry))
    log.info({ deliveries: batch.length }, 'ingest.caught_up')
    return true
  }

  /** In order, up to the first one for which the database is not there. False when there is such a one. */
  async function applyOneByOne(batch: Readable[]): Promise<boolean> {
    for (const { entry, intake } of batch) {
      try {
        await applyOrQuarantine({ log }, intake, commitAlone)
        remove([entry])
      } catch (error) {
        if (isCommittedAlready(error)) remove([entry])
        else if (isUnavailable(error)) return false
        else if (isHopeless(entry, error)) setAside(entry, error)
        else return false
      }
    }
    return true
  }

  const commitAlone = async (intake: Intake) => (await ingest.commitTogether([intake]))[0]!

  /** What was applied is not applied again by this process, nor, by its id in the database, by the next one. */
  function remove(entries: JournalEntry[]): void {
    for (const { id } of entries) attempts.delete(id)
    try {
      journal.remove(entries)
    } catch (error) {
      log.error({ err: error }, 'journal.not_writable')
    }
  }

  function isHopeless({ id }: JournalEntry, error: unknown): boolean {
    const count = (attempts.get(id) ?? 0) + 1
    attempts.set(id, count)
    return error instanceof AppError || count >= ATTEMPTS
  }

  function setAside(entry: JournalEntry, error: unknown): void {
    attempts.delete(entry.id)
    log.error({ err: error, entry: entry.id }, 'ingest.journal_entry_set_aside')
    journal.setAside(entry, error instanceof Error ? error.message : String(error))
  }

  /** Another process on this machine may have died for good. */
  function adopt(): void {
    if (performance.now() < adoptAt) return
    adoptAt = performance.now() + ADOPT_EVERY_MS
    try {
      journal.adopt()
    } catch (error) {
      log.error({ err: error }, 'journal.not_adopted')
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      adopt()
      await catchUp().catch((error: unknown) => log.error({ err: error }, 'ingest.catch_up_failed'))
      emptying?.resolve()
      emptying = null
      await delay(CATCH_UP_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const running = run()
  return {
    submit,
    commitTogether: ingest.commitTogether,
    flush: ingest.flush,
    letGo: ingest.letGo,
    async stop() {
      stopping.abort()
      await running
    },
  }
}

function readIntake(entry: JournalEntry): JournaledIntake | null {
  try {
    return fromRecord(entry)
  } catch {
    return null
  }
}

const isOfMinute = ({ at }: Intake, first: Intake | undefined) =>
  !first || minuteOf(at).getTime() === minuteOf(first.at).getTime()

/** Waits for something, but not longer. */
async function atMost(work: Promise<void>, milliseconds: number): Promise<void> {
  const stop = new AbortController()
  await Promise.race([work, delay(milliseconds, undefined, { signal: stop.signal }).catch(() => undefined)])
  stop.abort()
}

type Readable = { entry: JournalEntry; intake: JournaledIntake }

const isDelivery = (intake: Intake): intake is JournaledIntake => intake.delivery !== null

const isUnavailable = (error: unknown) => error instanceof AppError && error.code === 'unavailable'

/** The delivery itself is at fault (its service is gone); anything else may work later. */
const isRefusal = (error: unknown) => error instanceof AppError && !isUnavailable(error)

const KEPT =
  'The database did not take it. The delivery is kept on disk and takes effect as soon as the database is back.'

function queued({ verdict, delivery }: JournaledIntake): Receipt {
  const base = { deliveryId: delivery.id, incidentId: null }
  switch (verdict.outcome) {
    case 'rejected':
      return { ...base, deliveryId: null, outcome: 'rejected', reason: verdict.reason, result: null }
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
