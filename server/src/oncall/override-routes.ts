import { IdParams, Problem } from '#contract/common.ts'
import { CreateOverride, OverrideParams, OverrideView } from '#contract/schedules.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { noContent } from '../resource-routes.ts'
import { createOverride, deleteOverride } from './override-commands.ts'
import { toOverrideView } from './views.ts'

const refusals = { 400: Problem, 401: Problem, 403: Problem, 404: Problem }
const tags = ['Schedules']

/** Exceptions to the rotations. */
export function overrideRoutes(app: App, deps: Deps): void {
  app.post(
    '/api/v1/schedules/:id/overrides',
    {
      config: { access: 'act' },
      schema: {
        tags,
        summary: 'Put somebody on call for a time, or nobody',
        description:
          'In place of everybody; with `replaces` in place of that person only, where they are on call; with `beside` in addition. Administrators may do this for anybody, responders for themselves where nobody else is on call, or beside.',
        params: IdParams,
        body: CreateOverride,
        response: { 201: OverrideView, ...refusals, 409: Problem },
      },
    },
    async (request, reply) => {
      const override = await createOverride(deps, request.principal, request.params.id, request.body)
      return reply.code(201).send(toOverrideView(override))
    },
  )

  app.delete(
    '/api/v1/schedules/:id/overrides/:overrideId',
    {
      config: { access: 'act' },
      schema: {
        tags,
        summary: 'Take an override back',
        params: OverrideParams,
        response: { 204: noContent, ...refusals },
      },
    },
    async (request, reply) => {
      const { id, overrideId } = request.params
      await deleteOverride(deps, request.principal, id, overrideId)
      return reply.code(204).send(null)
    },
  )
}
