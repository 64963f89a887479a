import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { Channel } from '#contract/channels.ts'
import type { SendOutcome } from '../channels/types.ts'
import type { Deps } from '../deps.ts'
import { sendMessage } from '../messaging/send.ts'
import { isDatabaseAway, retryOnConflict } from '../platform/retry.ts'
import { type Leased, lease } from './lease.ts'
import { AT_ONCE_PER_CHANNEL, ATTEMPTS_MAX, SEND_WITHIN_MS } from './limits.ts'
import { type Letter, writeLetters } from './message.ts'
import type { ChannelProblems } from './plan.ts'
import { readProblems } from './problems.ts'
import { recordOutcome } from './record.ts'

/** Sends what is due. Every channel goes at its own pace: one that hangs holds up no other. */
export type Sender = {
  /** Looks for what is due, now. */
  wake(): void
  /** When nothing is due any more and nothing is on its way. Throws what went wrong meanwhile. */
  idle(): Promise<void>
  /** Begins nothing new, waits a moment for what is on its way, and breaks off the rest: it goes out again. */
  stop(): Promise<void>
  /** How many messages have been handed over or failed so far. */
  readonly attempted: number
}

/** The moments of a page's life between which a worker may die. */
export type SendingStep = 'leased' | 'handed-over' | 'recorded'

export type SenderOptions = {
  now?: () => Date
  /** Called after each step: tests stop the process there. */
  after?: (step: SendingStep) => Promise<void>
  /** How long a sender that stops waits for what is on its way. */
  finishWithinMs?: number
}

const FINISH_WITHIN_MS = 5_000

export function createSender(
  deps: Deps,
  {
    now = () => deps.clock.now(),
    after = async () => {},
    finishWithinMs = FINISH_WITHIN_MS,
  }: SenderOptions = {},
): Sender {
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  const breakingOff = new AbortController()
  const lanes = new Map(
    Channel.options.map((channel) => [channel, { sending: 0, isLooking: false, isAsked: false }]),
  )
  let attempted = 0
  let failure: unknown = null

  function run(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => {
        failure ??= error
        deps.log.error({ err: error }, 'page.sending_broke')
      })
      .finally(() => running.delete(done))
    running.add(done)
  }

  async function look(): Promise<void> {
    if (stopping.signal.aborted) return
    for (const channel of await channelsWithDue(deps, now())) run(fill(channel))
  }

  /** Takes as much as can be sent at once, again and again while there is something. */
  async function fill(channel: Channel): Promise<void> {
    const lane = lanes.get(channel)!
    // What was asked for while looking may have come too late to be seen.
    lane.isAsked = true
    if (lane.isLooking) return
    lane.isLooking = true
    try {
      while (lane.isAsked) {
        lane.isAsked = false
        const free = AT_ONCE_PER_CHANNEL - lane.sending
        if (free <= 0 || stopping.signal.aborted) return
        const leased = await retryOnConflict(() =>
          deps.db.transaction().execute((trx) => lease(trx, channel, free, now())),
        )
        if (leased.length === 0) continue
        lane.isAsked = true
        await after('leased')
        const letters = await writeLetters(deps, leased)
        for (const [index, one] of leased.entries()) start(channel, one, letters[index]!)
      }
    } finally {
      lane.isLooking = false
    }
  }

  function start(channel: Channel, leased: Leased, letter: Letter): void {
    const lane = lanes.get(channel)!
    lane.sending += 1
    run(
      deliver(channel, leased, letter).finally(() => {
        lane.sending -= 1
        // What did not get through may be due on another channel now.
        run(look())
      }),
    )
  }

  async function deliver(channel: Channel, leased: Leased, letter: Letter): Promise<void> {
    const outcome = isWornOut(leased) ? WORN_OUT : await attempt(channel, letter)
    await after('handed-over')
    attempted += 1
    const problems = outcome.outcome === 'sent' ? NONE : await readProblems(deps)
    await persistently(() => recordOutcome(deps, leased, outcome, { problems, now: now() }))
    await after('recorded')
    report(deps, channel, leased, outcome, now())
  }

  async function attempt(channel: Channel, letter: Letter): Promise<SendOutcome> {
    if ('problem' in letter) return { outcome: 'failed', reason: letter.problem }
    const inTime = AbortSignal.timeout(SEND_WITHIN_MS)
    const signal = AbortSignal.any([inTime, breakingOff.signal])
    const ended = Promise.withResolvers<SendOutcome>()
    const end = () => ended.resolve({ outcome: 'retry', reason: inTime.aborted ? TOO_SLOW : BROKEN_OFF })
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    try {
      return await Promise.race([
        sendMessage(deps, channel, letter.address, letter.message, signal),
        ended.promise,
      ])
    } finally {
      signal.removeEventListener('abort', end)
    }
  }

  return {
    wake: () => run(look()),
    async idle() {
      while (running.size > 0) await Promise.all(running)
      if (failure !== null) throw failure
    },
    async stop() {
      stopping.abort()
      const finished = this.idle().catch(() => {})
      await Promise.race([finished, delay(finishWithinMs, undefined, { ref: false })])
      breakingOff.abort()
      await finished
    },
    get attempted() {
      return attempted
    },
  }
}

const NONE: ChannelProblems = new Map()
const TOO_SLOW = `It was not sent within ${SEND_WITHIN_MS / 1_000} seconds`
const BROKEN_OFF = 'The server was stopped while this was being sent'

/** What ends every worker that sends it, or can never be written down, would otherwise be sent for ever. */
const isWornOut = ({ pages }: Leased) => pages.every(({ attempts }) => attempts > ATTEMPTS_MAX)
const WORN_OUT: SendOutcome = {
  outcome: 'failed',
  reason: `It was tried ${ATTEMPTS_MAX} times, and it is not known whether it arrived`,
}

async function channelsWithDue({ db }: Deps, now: Date): Promise<Channel[]> {
  const { rows } = await sql<{ channel: Channel }>`
    select channel from unnest(${Channel.options}::text[]) as channel
    where exists (select from pages p where p.channel = channel and p.next_attempt_at <= ${now})`.execute(db)
  return rows.map(({ channel }) => channel)
}

const RECORD_TRIES = 6
const RECORD_PAUSE_MS = 500

/** What is sent must be written down: a database that is away for a moment would mean that it is sent twice. */
async function persistently(write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write()
    } catch (error) {
      if (attempt === RECORD_TRIES || !isDatabaseAway(error)) throw error
      await delay(RECORD_PAUSE_MS * attempt)
    }
  }
}

function report(
  { log, metrics }: Deps,
  channel: Channel,
  { key, pages }: Leased,
  outcome: SendOutcome,
  now: Date,
): void {
  const seconds = pages.map(({ dueAt }) => (now.getTime() - dueAt.getTime()) / 1_000)
  metrics.pageAttempted(channel, outcome.outcome, outcome.outcome === 'sent' ? seconds : [])
  const about = { key, channel, pages: pages.length }
  if (outcome.outcome === 'sent') log.info(about, 'page.sent')
  else log.warn({ ...about, outcome: outcome.outcome, reason: outcome.reason }, 'page.not_sent')
}
