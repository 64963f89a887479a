import { IdParams, Problem } from '#contract/common.ts'
import { DeliveryAnswer, DeliveryDetail, DeliveryList, DeliveryQuery } from '#contract/integrations.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { getDetail } from '../incidents/queries.ts'
import { idOf, toPage } from '../platform/pages.ts'
import { demand } from '../platform/principal.ts'
import type { Directory } from '../services/directory.ts'
import { getIntegration } from '../services/integration-store.ts'
import type { Ingest } from './ingest.ts'
import { getDelivery, listDeliveries, toDeliveryDetail, toDeliveryView } from './log-store.ts'
import { replayDelivery } from './replay.ts'
import { sendTestAlert } from './send-test.ts'

const tags = ['Deliveries']
const problems = { '4xx': Problem }

/** What arrived on an integration, with what became of it. */
export function deliveryRoutes(app: App, deps: Deps, alerts: { ingest: Ingest; directory: Directory }): void {
  listRoutes(app, deps)

  app.get(
    '/api/v1/deliveries/:id',
    {
      config: { access: 'inspect' },
      schema: {
        tags,
        summary: 'Get a delivery with its headers and body',
        params: IdParams,
        response: { 200: DeliveryDetail, ...problems },
      },
    },
    async ({ principal, params }) => {
      demand(principal, 'inspect')
      return toDeliveryDetail(await getDelivery(deps.db, params.id))
    },
  )
  app.post(
    '/api/v1/deliveries/:id/replay',
    {
      config: { access: 'act' },
      schema: {
        tags,
        summary: 'Translate a stored delivery again',
        params: IdParams,
        response: { 200: DeliveryAnswer, ...problems },
      },
    },
    async ({ principal, params }) => replayDelivery(deps, alerts, principal, params.id),
  )
  app.post(
    '/api/v1/integrations/:id/test',
    {
      config: { access: 'act' },
      schema: {
        tags,
        summary: 'Send a real, signed test alert through the front door',
        params: IdParams,
        response: { 200: DeliveryAnswer, ...problems },
      },
    },
    async ({ principal, params }) => sendTestAlert(app, deps, principal, params.id),
  )
}

function listRoutes(app: App, deps: Deps): void {
  const list = { querystring: DeliveryQuery, params: IdParams, response: { 200: DeliveryList, ...problems } }
  app.get(
    '/api/v1/integrations/:id/deliveries',
    {
      config: { access: 'read' },
      schema: { tags, summary: 'List what arrived on an integration, newest first', ...list },
    },
    async ({ principal, params, query }) => {
      demand(principal, 'read')
      const { id } = await getIntegration(deps.db, params.id)
      return toPage(
        await listDeliveries(deps.db, { integrationRef: id }, query),
        query.limit,
        idOf,
        toDeliveryView,
      )
    },
  )
  app.get(
    '/api/v1/incidents/:id/deliveries',
    {
      config: { access: 'read' },
      schema: { tags, summary: 'List the deliveries about an incident, newest first', ...list },
    },
    async ({ principal, params, query }) => {
      demand(principal, 'read')
      const { id } = await getDetail(deps.db, params.id)
      return toPage(
        await listDeliveries(deps.db, { incidentId: id }, query),
        query.limit,
        idOf,
        toDeliveryView,
      )
    },
  )
}
