import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { nameOf } from '../incidents/keys.ts'
import type { Incident } from '../incidents/model.ts'
import { readPrevious } from '../incidents/queries.ts'
import { lockActiveIncidents, lockKeys, sendChanges } from '../incidents/store.ts'
import { loadStorms } from '../incidents/storm-store.ts'
import { WorkingSet } from '../incidents/working-set.ts'
import type { Trx } from '../platform/db.ts'
import { notFound } from '../platform/errors.ts'
import { notify } from '../platform/live.ts'
import { goesWithCommit } from '../platform/pipeline.ts'
import { findEchoes } from '../sentry-sync/echoes.ts'
import { holdServiceSettings, readServiceSettings } from '../services/store.ts'
import { wishedServices } from './destination.ts'
import { applyEvent, type BatchContext, type EventOutcome, firstOf, keysElsewhereOf, keysOf } from './fold.ts'
import { findRepeats, receiptOfRepeat, rememberKeys } from './idempotency.ts'
import { type Intake, integrationNotFound, type Receipt } from './model.ts'
import { type DeliveryRow, readMinutes, recordDeliveries } from './store.ts'
import type { RefusalCount } from './strangers.ts'
import { toReference } from './views.ts'

/**
 * Everything that the waiting deliveries cause, and the record that they arrived, in one transaction: all that is to be known
 * is asked at once, all that is to be written is sent at once, the last of it with the commit.
 */
export async function commitIntakes(deps: Deps, trx: Trx, intakes: Intake[], counted: RefusalCount[]) {
  const { changes, batch, minutes, repeats } = await readWhatIsThere(trx, intakes)
  const outcomes = intakes.map((intake, index) =>
    repeats.has(index) ? null : applyIntake(changes, intake, batch),
  )
  if (changes.isTouched) await sendChanges(trx, changes)

  const receipts: Receipt[] = []
  for (const [index, intake] of intakes.entries()) {
    const repeat = repeats.get(index)
    const result =
      repeat && ('ofEarlier' in repeat ? repeat.ofEarlier : (receipts[repeat.ofIndex]?.result ?? null))
    receipts.push(
      result === undefined
        ? receiptOf(deps, changes, intake, outcomes[index] ?? null)
        : receiptOfRepeat(intake, result),
    )
  }
  const rows = intakes.flatMap((intake, index) => rowOf(intake, receipts[index]!, repeats.has(index)))
  const { recorded, written } = recordDeliveries(trx, rows, minutes, counted)
  const messages = messagesOf(changes, intakes, counted)
  goesWithCommit(written, rememberKeys(trx, intakes, receipts, repeats), notify(trx, messages))
  return {
    receipts: receipts.map((receipt) => withLogged(receipt, recorded)),
    actions: outcomes.flatMap((outcome) => (outcome ? [outcome.action] : [])),
    messages,
  }
}

/** Locks first, in the order that everybody keeps: services, keys, incidents. What is read after that stays true. */
async function readWhatIsThere(trx: Trx, intakes: Intake[]) {
  const keys = uniqueKeys(intakes)
  const elsewhere = intakes.flatMap(keysElsewhereOf)
  const [held, , active, previous, minutes, repeats, echoes] = await Promise.all([
    holdServices(trx, intakes),
    keys.length > 0 ? lockKeys(trx, keys, elsewhere) : undefined,
    keys.length > 0 ? lockActiveIncidents(trx, keys, [], elsewhere) : [],
    keys.length > 0 ? readPrevious(trx, keys) : new Map<string, string>(),
    readMinutes(trx, intakes),
    findRepeats(trx, intakes),
    findEchoes(trx, intakes.flatMap(possibleEchoes)),
  ])
  const changes = new WorkingSet()
  for (const { incident, aliases, links } of active) changes.load(incident, aliases, links)
  const [services] = await Promise.all([
    elsewhere.length > 0 ? withServicesOf(trx, active, held, intakes) : held,
    loadStorms(trx, changes, active, keys),
  ])
  const newIncidents = new Map([...minutes].map(([ref, minute]) => [ref, minute.newIncidents]))
  return {
    changes,
    minutes,
    repeats,
    batch: { services, previous, newIncidents, echoes } satisfies BatchContext,
  }
}

const possibleEchoes = ({ source, verdict, at }: Intake) =>
  source && verdict.outcome === 'events'
    ? verdict.events.map((event) => ({ integrationId: source.ref, event, at }))
    : []

const uniqueKeys = (intakes: readonly Intake[]) => [
  ...new Map(intakes.flatMap(keysOf).map((name) => [nameOf(name.serviceId, name.key), name])).values(),
]

/** Of a flood of refused deliveries most are only counted. */
const withLogged = (receipt: Receipt, recorded: ReadonlySet<string>): Receipt =>
  receipt.deliveryId && !recorded.has(receipt.deliveryId) ? { ...receipt, deliveryId: null } : receipt

/** A service that was deleted since the delivery was let in takes no more alerts: nobody would ever see them. */
async function holdServices(trx: Trx, intakes: readonly Intake[]): Promise<BatchContext['services']> {
  const eventful = intakes.filter(({ verdict }) => verdict.outcome === 'events')
  if (eventful.length === 0) return new Map()
  const ids = [...new Set(eventful.map(({ serviceId }) => serviceId))]
  const wished = eventful.flatMap(wishedServices)
  const services = await holdServiceSettings(trx, [...new Set([...ids, ...wished])], intakes.at(-1)!.at)
  if (ids.some((id) => !services.has(id))) {
    // Of several deliveries each is tried alone after this.
    throw eventful.some(({ source }) => source) ? integrationNotFound() : notFound('Service')
  }
  return services
}

/** The services of incidents that were opened elsewhere: they change, and none is opened there, so that nobody need hold them. */
async function withServicesOf(
  trx: Trx,
  found: readonly { incident: Incident }[],
  held: BatchContext['services'],
  intakes: readonly Intake[],
): Promise<BatchContext['services']> {
  const others = new Set(found.map(({ incident }) => incident.serviceId).filter((id) => !held.has(id)))
  if (others.size === 0) return held
  return new Map([...held, ...(await readServiceSettings(trx, [...others], intakes.at(-1)!.at))])
}

function applyIntake(changes: WorkingSet, intake: Intake, batch: BatchContext): EventOutcome | null {
  if (intake.verdict.outcome !== 'events') return null
  const outcomes = intake.verdict.events.map((event) => applyEvent(changes, intake, event, batch))
  return outcomes.length > 0 ? firstOf(outcomes) : null
}

function receiptOf(deps: Deps, changes: WorkingSet, intake: Intake, outcome: EventOutcome | null): Receipt {
  const deliveryId = intake.delivery?.id ?? null
  const { verdict } = intake
  if (verdict.outcome === 'rejected') {
    return { deliveryId, outcome: 'rejected', reason: verdict.reason, result: null, incidentId: null }
  }
  if (!outcome) {
    const reason =
      verdict.outcome === 'ignored' ? verdict.reason : 'It says nothing that concerns an incident'
    return { deliveryId, outcome: 'ignored', reason, result: { action: 'ignored', reason }, incidentId: null }
  }
  // As it is after the whole batch: the number of a new one is known only then.
  const incident = outcome.incident && changes.get(outcome.incident.id)
  const shown: Incident | null = incident &&
    outcome.incident && { ...outcome.incident, number: incident.number }
  return {
    deliveryId,
    outcome: outcome.action === 'ignored' ? 'ignored' : 'accepted',
    reason: outcome.reason,
    result: {
      action: outcome.action,
      ...(shown ? { incident: toReference(shown, publicUrlOf(deps.config)) } : {}),
      ...(outcome.reason ? { reason: outcome.reason } : {}),
    },
    incidentId: shown?.id ?? null,
  }
}

function rowOf(intake: Intake, receipt: Receipt, isRepeat: boolean): DeliveryRow[] {
  const { source, delivery, verdict, at } = intake
  if (!source || !delivery) return []
  const rejected = verdict.outcome === 'rejected' ? verdict : null
  return [
    {
      delivery,
      source,
      at,
      outcome: isRepeat ? 'ignored' : receipt.outcome,
      reason: isRepeat
        ? 'A repeat of a delivery that was applied already (same Idempotency-Key)'
        : receipt.reason,
      code: rejected?.code ?? null,
      httpStatus: rejected?.httpStatus ?? 202,
      result: receipt.result?.action ?? null,
      title: verdict.outcome === 'events' ? (verdict.events[0]?.title ?? null) : null,
      incidentId: receipt.incidentId,
      incidentNumber: receipt.result?.incident?.number ?? null,
      isNewIncident: !isRepeat && receipt.result?.action === 'triggered',
      isReplay: intake.isReplay,
      isUnproven: rejected?.isUnproven ?? false,
    },
  ]
}

function messagesOf(changes: WorkingSet, intakes: readonly Intake[], counted: readonly RefusalCount[]) {
  const recorded = intakes.flatMap(({ source }) => (source && !source.isSystem ? [source.ref] : []))
  const refs = [...new Set([...recorded, ...counted.map(({ ref }) => ref)])]
  const ids = [...new Set([...changes.touchedIds, ...changes.storms.touchedIds])]
  return [
    ...(ids.length > 0 ? [{ kind: 'incidents' as const, ids }] : []),
    ...(refs.length > 0 ? [{ kind: 'deliveries' as const, refs }] : []),
  ]
}
