import { IdParams, Problem } from '#contract/common.ts'
import { OnCallNow, OnCallQuery, PersonalShiftPage, PersonalShiftsQuery } from '#contract/schedules.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { refusals } from '../resource-routes.ts'
import { readOnCall, readPersonalShifts } from './queries.ts'

const tags = ['On-call']

/** Who is on call, and when one is oneself. */
export function onCallRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/oncall',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Who is on call now, or at another time, and who comes next',
        description: 'Every schedule by name. `now` is empty where nobody is on call.',
        querystring: OnCallQuery,
        response: { 200: OnCallNow, ...refusals },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'read')
      return readOnCall(deps.db, query, query.at ? new Date(query.at) : deps.clock.now())
    },
  )

  app.get(
    '/api/v1/users/:id/shifts',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'When a person is on call',
        description:
          'Of all schedules, in order; from now on for 60 days unless `from` and `to` say otherwise.',
        params: IdParams,
        querystring: PersonalShiftsQuery,
        response: { 200: PersonalShiftPage, ...refusals, 404: Problem },
      },
    },
    async ({ principal, params, query }) => {
      demand(principal, 'read')
      const items = await readPersonalShifts(deps.db, params.id, query, deps.clock.now())
      return { items, nextCursor: null }
    },
  )
}
