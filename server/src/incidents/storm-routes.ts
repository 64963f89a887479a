import { IdParams, PageQuery, Problem } from '#contract/common.ts'
import { FoldedPage, SplitResult, SplitStorm } from '#contract/incidents.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { toPage } from '../platform/pages.ts'
import { demand } from '../platform/principal.ts'
import { getDetail } from './queries.ts'
import { splitStorm } from './split.ts'
import { cursorOfFolded, listFolded, toFolded } from './storm-queries.ts'

/** What a storm has folded into one incident, and how it becomes incidents of its own again. */
export function stormRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/incidents/:id/folded',
    {
      config: { access: 'read' },
      schema: {
        tags: ['Incidents'],
        summary: 'List the problems that a storm has folded into this incident, the worst first',
        description:
          'Empty for an incident that is not about a storm. A storm lists its first 1,000 problems; `storm.notListed` of the incident counts the alerts about others.',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: FoldedPage, '4xx': Problem },
      },
    },
    async ({ principal, params, query }) => {
      demand(principal, 'read')
      const { id } = await getDetail(deps.db, params.id)
      return toPage(await listFolded(deps.db, id, query), query.limit, cursorOfFolded, toFolded)
    },
  )
  app.post(
    '/api/v1/incidents/:id/split',
    {
      config: { access: 'act' },
      schema: {
        tags: ['Incidents'],
        summary:
          'Split problems off from the incident about a storm: each gets an incident of its own, which pages',
        description:
          'Without `keys` the next 200 that wait, the worst first. A problem that has an active incident already is linked to it. Safe to repeat.',
        params: IdParams,
        body: SplitStorm.nullish(),
        response: { 200: SplitResult, '4xx': Problem },
      },
    },
    async ({ principal, params, body }) => splitStorm(deps, principal, params.id, body ?? {}),
  )
}
