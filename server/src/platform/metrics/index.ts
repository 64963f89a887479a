import { Registry } from 'prom-client'
import { Channel } from '#contract/channels.ts'
import type { Clock } from '../clock.ts'
import type { Journal } from '../journal.ts'
import { VERSION } from '../version.ts'
import { databaseWatch } from './database-watch.ts'
import { type Instruments, instrumentsOn } from './instruments.ts'
import { processMetrics } from './process-metrics.ts'

/** How a delivery was answered. */
export type Answered = 'accepted' | 'ignored' | 'queued' | 'rejected' | 'failed' | 'synthetic'

/** What a look into the database tells. */
export type DatabaseFigures = {
  activeIncidents: Record<string, number>
  escalationsDue: number
  oldestDueSeconds: number
  pagesDue: number
  oldestPageSeconds: number
  outboxWaiting: number
  oldestOutboxSeconds: number
  deliveriesMissing: number
  lastSweepAt: Date | null
}

/** What came of a request to a Sentry. */
const SENTRY_RESULTS = ['ok', 'rejected', 'refused', 'limited', 'away'] as const
export type SentryResult = (typeof SENTRY_RESULTS)[number]

/** What came of an attempt to send. */
export type PageOutcome = 'sent' | 'retry' | 'failed'

type Pool = { totalCount: number; idleCount: number; waitingCount: number }

/** What the parts of the server report, and what `/metrics` shows of it. One per app. */
export type Metrics = {
  /** `code` is that of the problem; empty when there was none. */
  deliveryAnswered(outcome: Answered, code: string, seconds: number): void
  /** A commit begins with what has waited for so long. */
  batchTaken(waitedSeconds: number): void
  batchCommitted(actions: readonly string[], items: number, seconds: number): void
  /** Prepared for one route, as it is called for every request. */
  requestsOf(route: string): (method: string, status: number, seconds: number) => void
  /** `seconds`: since when each page of the message had been due; of one that was sent. */
  pageAttempted(channel: Channel, outcome: PageOutcome, seconds: readonly number[]): void
  sentryAsked(result: SentryResult): void
  escalationBroke(): void
  heartbeatSent(at: Date): void
  watchPool(name: 'main' | 'people' | 'alerts', pool: Pool): void
  watchJournal(journal: Pick<Journal, 'waiting' | 'setAsideCount'>): void
  /** Asked when somebody looks, and not more often than every few seconds. */
  watchDatabase(ask: () => Promise<DatabaseFigures>): void
  /** In the text format of Prometheus. */
  text(): Promise<string>
}

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE

export function createMetrics(clock: Clock): Metrics {
  const registry = new Registry()
  const instruments = instrumentsOn(registry)
  const { answer, queue, batchSize, commit } = instruments
  instruments.build.set({ version: VERSION, node: process.versions.node }, 1)
  // A server without a heartbeat has no last one.
  instruments.heartbeat.remove()
  for (const channel of Channel.options)
    for (const outcome of ['sent', 'retry', 'failed']) instruments.pages.inc({ channel, outcome }, 0)
  for (const result of SENTRY_RESULTS) instruments.sentryRequests.inc({ result }, 0)
  const readers: (() => void | Promise<void>)[] = []
  const deliveries = deliveryCounters(instruments)
  const events = children((action) => instruments.events.labels({ action }))

  return {
    deliveryAnswered(outcome, code, seconds) {
      deliveries[outcome](code).inc()
      answer.observe(seconds)
    },
    batchTaken: (waitedSeconds) => queue.observe(waitedSeconds),
    batchCommitted(actions, items, seconds) {
      // What is only counted is committed without a delivery.
      if (items === 0) return
      batchSize.observe(items)
      commit.observe(seconds)
      for (const action of actions) events(action).inc()
    },
    requestsOf: (route) => (method, status, seconds) =>
      instruments.requests.observe({ method, route, status: String(status) }, seconds),
    pageAttempted(channel, outcome, seconds) {
      instruments.pages.inc({ channel, outcome })
      for (const one of seconds) instruments.pageSeconds.observe({ channel }, one)
    },
    sentryAsked: (result) => instruments.sentryRequests.inc({ result }),
    escalationBroke: () => instruments.escalationsBroken.inc(),
    heartbeatSent: (at) => instruments.heartbeat.set(at.getTime() / 1_000),
    watchPool: (name, pool) => void readers.push(() => showPool(instruments, name, pool)),
    watchJournal: (journal) => void readers.push(() => showJournal(instruments, journal)),
    watchDatabase: (ask) => void readers.push(databaseWatch(instruments, clock, ask)),
    async text() {
      await Promise.all(readers.map((read) => read()))
      return (await registry.metrics()) + (await processMetrics())
    },
  }
}

/** The same child for the same word: making one costs more than counting with it. */
function children<Child>(make: (word: string) => Child): (word: string) => Child {
  const made = new Map<string, Child>()
  return (word) => {
    let child = made.get(word)
    if (!child) {
      child = make(word)
      made.set(word, child)
    }
    return child
  }
}

/** Those that a healthy server has are there from the start, so that a rate over them is 0 and not missing. */
function deliveryCounters({ deliveries }: Instruments) {
  const of = (outcome: Answered) => children((code) => deliveries.labels({ outcome, code }))
  for (const outcome of ['accepted', 'ignored', 'queued'] as const) deliveries.inc({ outcome, code: '' }, 0)
  deliveries.inc({ outcome: 'failed', code: 'unavailable' }, 0)
  deliveries.inc({ outcome: 'failed', code: 'internal' }, 0)
  return {
    accepted: of('accepted'),
    ignored: of('ignored'),
    queued: of('queued'),
    rejected: of('rejected'),
    failed: of('failed'),
    synthetic: of('synthetic'),
  } satisfies Record<Answered, unknown>
}

function showPool(
  instruments: Instruments,
  name: string,
  { totalCount, idleCount, waitingCount }: Pool,
): void {
  const pool = { pool: name }
  instruments.poolConnections.set(pool, totalCount)
  instruments.poolIdle.set(pool, idleCount)
  instruments.poolWaiting.set(pool, waitingCount)
}

function showJournal(
  instruments: Instruments,
  { waiting, setAsideCount }: Pick<Journal, 'waiting' | 'setAsideCount'>,
): void {
  instruments.journalEntries.set(waiting.count)
  instruments.journalBytes.set(waiting.bytes)
  instruments.journalSetAside.set(setAsideCount)
}
