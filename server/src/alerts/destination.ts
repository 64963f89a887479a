import type { AlertEvent } from '../integrations/types.ts'
import { isUuid } from '../platform/ids.ts'
import type { ServiceSettings } from '../services/store.ts'
import type { Intake } from './model.ts'

/** The service on which a trigger opens an incident, and what there is to say about it. */
export type Destination = { serviceId: string; note: string | null }

/** The service that an alert rule names in place of the integration's own, if that can be followed; it may be gone. */
function wishedService(
  { serviceId, source }: Pick<Intake, 'serviceId' | 'source'>,
  { action, routing }: AlertEvent,
): string | null {
  const id = routing?.service?.id.toLowerCase()
  if (action !== 'trigger' || !source?.isConnected || !id || !isUuid(id)) return null
  return id === serviceId ? null : id
}

/** All of an intake. */
export const wishedServices = (intake: Intake): string[] =>
  intake.verdict.outcome === 'events'
    ? intake.verdict.events.flatMap((event) => wishedService(intake, event) ?? [])
    : []

/** A rule that names what is not there any more is no reason to miss its alert: that goes where it would go without the rule. */
export function destinationOf(
  intake: Intake,
  event: AlertEvent,
  services: ReadonlyMap<string, Pick<ServiceSettings, 'isSystem'>>,
): Destination {
  const own = intake.serviceId
  const named = event.routing?.service
  if (event.action !== 'trigger' || !named || named.id.toLowerCase() === own) {
    return { serviceId: own, note: null }
  }
  const what = `The alert rule names ${named.name ? `the service "${named.name}"` : 'a service'}`
  if (!intake.source?.isConnected) {
    return { serviceId: own, note: `${what}, but this integration is not connected to its tool. ${STAYS}` }
  }
  const wished = wishedService(intake, event)
  const isThere = wished !== null && services.get(wished)?.isSystem === false
  return isThere
    ? { serviceId: wished, note: null }
    : { serviceId: own, note: `${what} that is not there any more (${named.id}). ${STAYS}` }
}

const STAYS =
  'The incident was opened on the service of the integration; choose another one in the alert rule.'
