import { IdParams, Problem } from '#contract/common.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { noContent } from '../resource-routes.ts'
import { closeService } from './close-service.ts'

/** Here and not beside the other routes of services, as services know nothing of incidents. */
export function closeServiceRoutes(app: App, deps: Deps): void {
  app.delete(
    '/api/v1/services/:id',
    {
      config: { access: 'configure' },
      schema: {
        tags: ['Services'],
        summary: 'Delete a service',
        description:
          'Its integrations are deleted too: their addresses answer 404 from now on. Its active incidents are resolved; its history stays.',
        params: IdParams,
        response: {
          204: noContent,
          400: Problem,
          401: Problem,
          403: Problem,
          404: Problem,
        },
      },
    },
    async (request, reply) => {
      await closeService(deps, request.principal, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
