import { Problem } from '#contract/common.ts'
import { Coverage, CoverageQuery } from '#contract/coverage.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { readCoverage } from './read.ts'

/** Whether every incident of the coming days would reach somebody. */
export function coverageRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/coverage',
    {
      config: { access: 'read' },
      schema: {
        tags: ['Coverage'],
        summary: 'Find when incidents would reach nobody',
        description:
          'For every service and every instant from now on: the stretches of time in which no step of its policy leads to anybody with a verified contact method on a channel that is set up, and why.',
        querystring: CoverageQuery,
        response: { 200: Coverage, 400: Problem, 401: Problem, 403: Problem },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'read')
      return readCoverage(deps, query.days, deps.clock.now())
    },
  )
}
