import { IdParams, PageQuery, Problem } from '#contract/common.ts'
import { CreateService, ServicePage, ServiceView, UpdateService } from '#contract/services.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { createService, updateService } from './commands.ts'
import { getServiceView, listServices } from './store.ts'

const refusals = { 400: Problem, 401: Problem, 403: Problem }
const tags = ['Services']

/** What breaks. Deleting a service also ends its incidents: see the incidents slice. */
export function serviceRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/services',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List services',
        description: 'By name.',
        querystring: PageQuery,
        response: { 200: ServicePage, ...refusals },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'read')
      return listServices(deps.db, query)
    },
  )

  app.post(
    '/api/v1/services',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Create a service',
        body: CreateService,
        response: { 201: ServiceView, ...refusals, 409: Problem },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await createService(deps, request.principal, request.body)),
  )

  app.get(
    '/api/v1/services/:id',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Get a service',
        params: IdParams,
        response: { 200: ServiceView, ...refusals, 404: Problem },
      },
    },
    async ({ principal, params }) => {
      demand(principal, 'read')
      return getServiceView(deps.db, params.id)
    },
  )

  app.patch(
    '/api/v1/services/:id',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Change a service',
        description: 'Only the fields that are given change; null empties one.',
        params: IdParams,
        body: UpdateService,
        response: { 200: ServiceView, ...refusals, 404: Problem, 409: Problem },
      },
    },
    async (request) => updateService(deps, request.principal, request.params.id, request.body),
  )
}
