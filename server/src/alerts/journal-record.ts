import type { JournalEntry } from '../platform/journal.ts'
import type { DeliveryRecord, Intake } from './model.ts'

/** An intake that can wait in the journal: a delivery, whose id tells whether it was applied already. */
export type JournaledIntake = Intake & { delivery: DeliveryRecord }

/** Everything but the body, which the journal keeps as bytes. */
export function toRecord({ delivery, ...intake }: JournaledIntake): string {
  const { body: _, idempotencyKey, ...rest } = delivery
  return JSON.stringify({
    ...intake,
    delivery: { ...rest, idempotencyKey: idempotencyKey?.toString('hex') ?? null },
  })
}

export function fromRecord({ record, body }: JournalEntry): JournaledIntake {
  const { delivery, verdict, at, ...intake } = JSON.parse(record)
  return {
    ...intake,
    at: new Date(at),
    verdict: verdict.outcome === 'events' ? { ...verdict, events: verdict.events.map(withDate) } : verdict,
    delivery: {
      ...delivery,
      body: Buffer.from(body),
      idempotencyKey: delivery.idempotencyKey ? Buffer.from(delivery.idempotencyKey, 'hex') : null,
    },
  }
}

const withDate = <Event extends { occurredAt: string | null }>(event: Event) => ({
  ...event,
  occurredAt: event.occurredAt ? new Date(event.occurredAt) : null,
})
