import { IdParams, PageQuery, Problem } from '#contract/common.ts'
import { CreateMaintenanceWindow, MaintenanceWindowPage, MaintenanceWindowView } from '#contract/services.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { noContent, refusals } from '../resource-routes.ts'
import { createMaintenanceWindow, deleteMaintenanceWindow } from './commands.ts'
import { listWindows, type MaintenanceWindow } from './store.ts'

const tags = ['Maintenance']

/** Planned work during which new incidents page nobody. */
export function maintenanceRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/maintenance-windows',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List maintenance windows',
        description: 'Newest first, those that are over too.',
        querystring: PageQuery,
        response: { 200: MaintenanceWindowPage, ...refusals },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'read')
      const page = await listWindows(deps.db, query)
      return { ...page, items: page.items.map(toView) }
    },
  )

  app.post(
    '/api/v1/maintenance-windows',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Plan a maintenance window',
        description:
          'New incidents of these services are suppressed meanwhile: recorded, and nobody is paged.',
        body: CreateMaintenanceWindow,
        response: { 201: MaintenanceWindowView, ...refusals },
      },
    },
    async (request, reply) => {
      const window = await createMaintenanceWindow(deps, request.principal, request.body)
      return reply.code(201).send(toView(window))
    },
  )

  app.delete(
    '/api/v1/maintenance-windows/:id',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Delete a maintenance window',
        description:
          'Ends it now: incidents that it suppressed open, unless another window covers their service.',
        params: IdParams,
        response: { 204: noContent, ...refusals, 404: Problem },
      },
    },
    async (request, reply) => {
      await deleteMaintenanceWindow(deps, request.principal, request.params.id)
      return reply.code(204).send(null)
    },
  )
}

const toView = (window: MaintenanceWindow): MaintenanceWindowView => ({
  id: window.id,
  serviceIds: window.service_ids,
  start: window.start_at.toISOString(),
  end: window.end_at.toISOString(),
  reason: window.reason,
  createdBy: window.created_by,
  createdAt: window.created_at.toISOString(),
})
