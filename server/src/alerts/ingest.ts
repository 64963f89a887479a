import type { Deps } from '../deps.ts'
import { AppError } from '../platform/errors.ts'
import { GroupCommit } from '../platform/group-commit.ts'
import { commitIntakes } from './commit-intakes.ts'
import type { Intake, Receipt, Rejection, Verdict } from './model.ts'
import { commitOnce, isDatabaseUnable, Patience } from './patience.ts'
import { applyOrQuarantine } from './quarantine.ts'
import { type RefusalCount, Strangers } from './strangers.ts'

const MEBIBYTE = 1024 * 1024
const LIMITS = { maxItems: 256, maxBytes: 16 * MEBIBYTE, maxWaitingBytes: 128 * MEBIBYTE }
const RETRY_AFTER_SECONDS = 5

/** The one way into the database for alerts: answers when what happened is committed. */
export type Ingest = {
  submit(intake: Intake): Promise<Receipt>
  /** These, in their order, in one transaction of their own: all of them or none. */
  commitTogether(intakes: Intake[]): Promise<Receipt[]>
  /** Writes what was only counted so far. */
  flush(): Promise<void>
  /** Lets go, in order, everybody who waits for what was submitted: `unavailable`, although it may still happen. */
  letGo(): void
}

export function createIngest(deps: Deps, patience: Patience = new Patience()): Ingest {
  const commit = committer(deps, patience)
  const strangers = new Strangers()
  let timer: NodeJS.Timeout | undefined

  async function commitTogether(intakes: Intake[]): Promise<Receipt[]> {
    const counted = strangers.take()
    try {
      return await commit(intakes, counted)
    } catch (error) {
      strangers.giveBack(counted)
      throw error
    }
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (!strangers.isEmpty) await commitTogether([]).catch(flushLater)
  }

  /** With the next commit, or in a second: whoever cannot sign causes no transaction. */
  function flushLater(): void {
    timer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS).unref()
  }

  const group = new GroupCommit(commitTogether, {
    ...LIMITS,
    onTaken: deps.metrics.batchTaken,
    overloaded: () => unavailable('More arrives than can be stored.'),
    // What ails the database ails every delivery: trying them in halves would only keep the others waiting.
    concernsAll: (error) => error instanceof AppError && error.code === 'unavailable',
  })

  async function submit(intake: Intake): Promise<Receipt> {
    const { source, address, verdict, delivery, at } = intake
    if (source && address && isUnproven(verdict) && !strangers.admits(source.ref, address, at)) {
      strangers.count(source.ref, at)
      flushLater()
      return onlyCounted(verdict)
    }
    return applyOrQuarantine(deps, intake, async (one) => group.submit(one, delivery?.body.length ?? 0))
  }
  const letGo = () => group.abandon(unavailable(NO_ANSWER))
  return { submit, commitTogether, flush, letGo }
}

const FLUSH_AFTER_MS = 1_000

const isUnproven = (verdict: Verdict): verdict is Rejection =>
  verdict.outcome === 'rejected' && verdict.isUnproven === true

const onlyCounted = ({ reason }: Rejection): Receipt => ({
  deliveryId: null,
  outcome: 'rejected',
  reason,
  result: null,
  incidentId: null,
})

const NO_ANSWER = 'The database does not answer.'

const unavailable = (reason: string) =>
  new AppError('unavailable', `${reason} Send it again in a moment.`, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  })

/** An outage is two lines of the log, its beginning and its end. */
function committer(deps: Deps, patience: Patience) {
  let isAway = false
  return async (intakes: Intake[], counted: RefusalCount[]): Promise<Receipt[]> => {
    const began = performance.now()
    try {
      const { receipts, actions, messages } = await commitOnce(deps, patience, (trx) =>
        commitIntakes(deps, trx, intakes, counted),
      )
      deps.metrics.batchCommitted(actions, intakes.length, (performance.now() - began) / 1_000)
      if (isAway) deps.log.info('ingest.database_back')
      isAway = false
      for (const message of messages) deps.live.tell(message)
      return receipts
    } catch (error) {
      if (!isDatabaseUnable(error)) throw error
      if (!isAway) deps.log.error({ err: error }, 'ingest.database_away')
      isAway = true
      throw unavailable(NO_ANSWER)
    }
  }
}
