import { CreateService, ServicePage, ServiceView, UpdateService } from '#contract/services.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { changeRoute, createRoute, getRoute, listRoute } from '../resource-routes.ts'
import { createService, updateService } from './commands.ts'
import { getServiceView, listServices } from './store.ts'

/** What breaks. Deleting a service also ends its incidents: see the incidents slice. */
export function serviceRoutes(app: App, deps: Deps): void {
  const services = { path: '/api/v1/services', tags: ['Services'] }
  const answer = ServiceView

  listRoute(
    app,
    { ...services, summary: 'List services', description: 'By name.', answer: ServicePage },
    (query) => listServices(deps.db, query),
  )

  createRoute(
    app,
    { ...services, summary: 'Create a service', body: CreateService, answer },
    (principal, body) => createService(deps, principal, body),
  )

  getRoute(app, { ...services, summary: 'Get a service', answer }, (id) => getServiceView(deps.db, id))

  changeRoute(
    app,
    'PATCH',
    {
      ...services,
      summary: 'Change a service',
      description: 'Only the fields that are given change; null empties one.',
      body: UpdateService,
      answer,
    },
    (principal, id, body) => updateService(deps, principal, id, body),
  )
}
