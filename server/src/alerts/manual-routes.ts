import { Problem } from '#contract/common.ts'
import { CreateIncident, IncidentView } from '#contract/incidents.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { readIncident } from '../incidents/routes.ts'
import { newId } from '../platform/ids.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { getServiceView } from '../services/store.ts'
import type { Ingest } from './ingest.ts'

/** What a person reports goes the way of every alert, so that it has its timeline and its page due. */
export async function reportIncident(
  { clock, db }: Deps,
  ingest: Ingest,
  principal: Principal | null,
  given: CreateIncident,
): Promise<{ incidentId: string; isNew: boolean }> {
  demand(principal, 'act')
  const at = clock.now()
  const { id: serviceId } = await getServiceView(db, given.serviceId)
  const event = {
    action: 'trigger' as const,
    dedupKey: given.dedupKey ?? `manual-${newId(at)}`,
    aliases: [],
    title: given.title,
    description: given.description,
    severity: given.severity,
    source: principal.actor.name,
    link: null,
    details: {},
    occurredAt: null,
  }
  const intake = { at, serviceId, actor: principal.actor, source: null, delivery: null, isReplay: false }
  const { result } = await ingest.submit({ ...intake, verdict: { outcome: 'events', events: [event] } })
  if (!result?.incident) throw new Error('A trigger always finds or makes an incident')
  return { incidentId: result.incident.id, isNew: result.action === 'triggered' }
}

export function manualRoutes(app: App, deps: Deps, { ingest }: { ingest: Ingest }): void {
  app.post(
    '/api/v1/incidents',
    {
      config: { access: 'act' },
      schema: {
        tags: ['Incidents'],
        summary: 'Report a problem by hand',
        description:
          '201 with the new incident. With the dedupKey of an active incident it counts as a repeat of that one, which is answered with 200.',
        body: CreateIncident,
        response: { 200: IncidentView, 201: IncidentView, '4xx': Problem },
      },
    },
    async ({ principal, body }, reply) => {
      const { incidentId, isNew } = await reportIncident(deps, ingest, principal, body)
      return reply.code(isNew ? 201 : 200).send(await readIncident(deps, incidentId))
    },
  )
}
