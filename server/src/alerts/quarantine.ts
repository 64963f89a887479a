import { createHash } from 'node:crypto'
import pg from 'pg'
import type { Deps } from '../deps.ts'
import type { AlertEvent } from '../integrations/types.ts'
import type { DeliveryRecord, Intake, Receipt, Source, Verdict } from './model.ts'
import { isDatabaseUnable } from './patience.ts'

/** Something that came in on an integration, so that there is a body to be kept. */
type Delivered = Intake & { source: Source; delivery: DeliveryRecord }

const isDelivered = (intake: Intake): intake is Delivered =>
  intake.source !== null && intake.delivery !== null

/** Applies a delivery, or in plain words what is left of it when PostgreSQL refuses it. */
export async function applyOrQuarantine(
  { log }: Pick<Deps, 'log'>,
  intake: Intake,
  apply: (intake: Intake) => Promise<Receipt>,
): Promise<Receipt> {
  try {
    return await apply(intake)
  } catch (error) {
    if (!isRefusedForGood(error) || isCommittedAlready(error) || !isDelivered(intake)) throw error
    log.error({ err: error, delivery: intake.delivery.id }, 'ingest.quarantined')
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
 * What is left of a delivery that PostgreSQL does not store as it was understood: its bytes, in the log, and an incident under a
 * plain name if it reported a problem. Nobody must miss an alert because of how it is written.
 */
function inPlainWords(intake: Delivered, error: unknown): Intake {
  const reason = `PostgreSQL refused what this delivery says (${reasonOf(error)}); its body is kept as it came`
  const delivery = { ...intake.delivery, kind: null, headers: {} }
  return { ...intake, delivery, verdict: plainVerdict(intake, reason) }
}

function plainVerdict({ verdict, source, delivery }: Delivered, reason: string): Verdict {
  if (verdict.outcome !== 'events') return { ...verdict, reason }
  const triggers = verdict.events.filter(({ action }) => action === 'trigger')
  return triggers.length > 0
    ? { outcome: 'events', events: [plainEvent(source, delivery, reason)] }
    : { outcome: 'ignored', reason }
}

const plainEvent = (source: Source, { body }: DeliveryRecord, reason: string): AlertEvent => ({
  action: 'trigger',
  dedupKey: `opsknight-unstorable-${createHash('sha256').update(body).digest('hex')}`,
  aliases: [],
  title: 'Alert that could not be stored as it came',
  description: `${reason}. Read it in the delivery log.`,
  severity: 'error',
  source: source.name,
  link: null,
  details: {},
  occurredAt: null,
})

/** The class of what is wrong, never the value: it may be anything. */
const reasonOf = (error: unknown): string =>
  error instanceof pg.DatabaseError && error.code ? `SQLSTATE ${error.code}` : 'for a reason it did not give'
