import { z } from 'zod'
import { IdParams, PageQuery, Problem } from '#contract/common.ts'
import { PutTeam, TeamPage, TeamView, UpdateTeam } from '#contract/teams.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { createTeam, deleteTeam, updateTeam } from './teams.ts'
import { getTeamView, listTeams } from './teams-store.ts'

const refusals = { 400: Problem, 401: Problem, 403: Problem }
const tags = ['Teams']

/** Teams: people who are paged together, or by their leads. */
export function teamRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/teams',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List teams',
        description: 'By name.',
        querystring: PageQuery,
        response: { 200: TeamPage, ...refusals },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'read')
      return listTeams(deps.db, query)
    },
  )

  app.post(
    '/api/v1/teams',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Create a team',
        body: PutTeam,
        response: { 201: TeamView, ...refusals, 409: Problem },
      },
    },
    async (request, reply) => reply.code(201).send(await createTeam(deps, request.principal, request.body)),
  )

  app.get(
    '/api/v1/teams/:id',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Get a team',
        params: IdParams,
        response: { 200: TeamView, ...refusals, 404: Problem },
      },
    },
    async ({ principal, params }) => {
      demand(principal, 'read')
      return getTeamView(deps.db, params.id)
    },
  )

  changing(app, deps)
}

function changing(app: App, deps: Deps): void {
  app.put(
    '/api/v1/teams/:id',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Replace the name and members of a team',
        params: IdParams,
        body: PutTeam,
        response: { 200: TeamView, ...refusals, 404: Problem, 409: Problem },
      },
    },
    async (request) => updateTeam(deps, request.principal, request.params.id, request.body),
  )

  app.patch(
    '/api/v1/teams/:id',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Change a team',
        description: 'Only the fields that are given change; `members` replaces all of them.',
        params: IdParams,
        body: UpdateTeam,
        response: { 200: TeamView, ...refusals, 404: Problem, 409: Problem },
      },
    },
    async (request) => updateTeam(deps, request.principal, request.params.id, request.body),
  )

  app.delete(
    '/api/v1/teams/:id',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Delete a team',
        description: 'Its members stay. Refused while an escalation policy pages it.',
        params: IdParams,
        response: {
          204: z.null().describe('Done; there is no body.'),
          ...refusals,
          404: Problem,
          409: Problem,
        },
      },
    },
    async (request, reply) => {
      await deleteTeam(deps, request.principal, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
