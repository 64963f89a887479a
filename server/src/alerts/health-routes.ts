import { IdParams, Problem } from '#contract/common.ts'
import { IntegrationHealth } from '#contract/integrations.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { readHealth } from './health.ts'

export function healthRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/integrations/:id/health',
    {
      config: { access: 'read' },
      schema: {
        tags: ['Integrations'],
        summary: 'What an integration received, and what is wrong with it',
        description:
          'Counts of the last 24 hours, the kinds of message seen, and diagnoses in words. Takes the Integration ID or the ref.',
        params: IdParams,
        response: { 200: IntegrationHealth, 400: Problem, 401: Problem, 403: Problem, 404: Problem },
      },
    },
    async ({ principal, params }) => {
      demand(principal, 'read')
      return readHealth(deps, params.id)
    },
  )
}
