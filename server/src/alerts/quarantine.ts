import { createHash } from 'node:crypto'
import pg from 'pg'
import type { Deps } from '../deps.ts'
import type { AlertEvent } from '../integrations/types.ts'
import type { Intake, Receipt, Verdict } from './model.ts'
import { isDatabaseUnable } from './patience.ts'

/** What a person reports by hand is refused to that person, who sees it. */
const isFromMachine = ({ delivery, actor }: Intake): boolean => delivery !== null || actor.kind === 'api-key'

/** Applies an alert, or in plain words what is left of it when PostgreSQL refuses it. */
export async function applyOrQuarantine(
  { log }: Pick<Deps, 'log'>,
  intake: Intake,
  apply: (intake: Intake) => Promise<Receipt>,
): Promise<Receipt> {
  try {
    return await apply(intake)
  } catch (error) {
    if (!isRefusedForGood(error) || isCommittedAlready(error) || !isFromMachine(intake)) throw error
    log.error({ err: error, delivery: intake.delivery?.id }, 'ingest.quarantined')
    return apply(inPlainWords(intake, error))
  }
}

/** Whether PostgreSQL has refused what it was given, and would refuse it again. */
const isRefusedForGood = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && !isDatabaseUnable(error)

const UNIQUE_VIOLATION = '23505'
/** The primary key of a day's partition: this delivery is in the log, so its commit had worked although nobody heard of it. */
export const isCommittedAlready = (error: unknown): boolean =>
  error instanceof pg.DatabaseError &&
  error.code === UNIQUE_VIOLATION &&
  /^deliveries_(\w+_)?pkey$/.test(error.constraint ?? '')

/**
 * What is left of an alert that PostgreSQL does not store as it was understood: its bytes, in the log where it has one, and an
 * incident under a plain name if it reported a problem. Nobody must miss an alert because of how it is written.
 */
function inPlainWords(intake: Intake, error: unknown): Intake {
  const { delivery } = intake
  const refused = `PostgreSQL refused what this alert says (${reasonOf(error)})`
  const reason = delivery
    ? `${refused}; its body is kept as it came`
    : `${refused}; it came with an API key, so that only its sender has it`
  const plain = { ...intake, verdict: plainVerdict(intake, reason) }
  return delivery ? { ...plain, delivery: { ...delivery, kind: null, headers: {} } } : plain
}

function plainVerdict(intake: Intake, reason: string): Verdict {
  const { verdict } = intake
  if (verdict.outcome !== 'events') return { ...verdict, reason }
  const triggers = verdict.events.filter(({ action }) => action === 'trigger')
  return triggers.length > 0
    ? { outcome: 'events', events: [plainEvent(intake, JSON.stringify(triggers), reason)] }
    : { outcome: 'ignored', reason }
}

const plainEvent = ({ source, actor, delivery }: Intake, told: string, reason: string): AlertEvent => ({
  action: 'trigger',
  dedupKey: `opsknight-unstorable-${createHash('sha256')
    .update(delivery?.body ?? told)
    .digest('hex')}`,
  aliases: [],
  title: 'Alert that could not be stored as it came',
  description: delivery ? `${reason}. Read it in the delivery log.` : `${reason}.`,
  severity: 'error',
  source: source?.name ?? actor.name,
  link: null,
  details: {},
  occurredAt: null,
})

/** The class of what is wrong, never the value: it may be anything. */
const reasonOf = (error: unknown): string =>
  error instanceof pg.DatabaseError && error.code ? `SQLSTATE ${error.code}` : 'for a reason it did not give'
