import { z } from 'zod'
import { IdParams, PageQuery, Problem } from '#contract/common.ts'
import {
  ApiKeyPage,
  CreateApiKey,
  CreatedApiKey,
  CreateUser,
  InvitedUser,
  UpdateUser,
  UserPage,
  UserView,
} from '#contract/people.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { idOf, toPage } from '../platform/pages.ts'
import { demand } from '../platform/principal.ts'
import { createApiKey, deleteApiKey, listApiKeys } from './api-keys.ts'
import type { Auth } from './auth.ts'
import { inviteUser, renewPasswordLink, updateUser } from './commands.ts'
import { sessionRoutes } from './session-routes.ts'
import { listUsers } from './store.ts'
import { toApiKeyView, toInvitedUser, toUserView } from './views.ts'

const refusals = { 400: Problem, 401: Problem, 403: Problem }

/** People, how they come in, and the keys of programs. */
export function peopleRoutes(app: App, deps: Deps, auth: Auth): void {
  sessionRoutes(app, deps, auth)
  userRoutes(app, deps)
  apiKeyRoutes(app, deps)
}

function userRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/users',
    {
      config: { access: 'read' },
      schema: {
        tags: ['People'],
        summary: 'List people',
        querystring: PageQuery,
        response: { 200: UserPage, ...refusals },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'read')
      return toPage(await listUsers(deps.db, query), query.limit, idOf, toUserView)
    },
  )

  app.post(
    '/api/v1/users',
    {
      config: { access: 'configure' },
      schema: {
        tags: ['People'],
        summary: 'Invite somebody',
        description:
          'The link is shown this once and works once, for 72 hours. Hand it to the person yourself.',
        body: CreateUser,
        response: { 201: InvitedUser, ...refusals, 409: Problem },
      },
    },
    async (request, reply) => {
      const invitation = await inviteUser(deps, request.principal, request.body)
      return reply.code(201).send(toInvitedUser(invitation))
    },
  )

  app.patch(
    '/api/v1/users/:id',
    {
      config: { access: 'configure' },
      schema: {
        tags: ['People'],
        summary: 'Change the name or role of somebody, disable or enable them',
        description: 'Disabling signs the person out everywhere at once.',
        params: IdParams,
        body: UpdateUser,
        response: { 200: UserView, ...refusals, 404: Problem, 409: Problem },
      },
    },
    async (request) => toUserView(await updateUser(deps, request.principal, request.params.id, request.body)),
  )

  app.post(
    '/api/v1/users/:id/password-link',
    {
      config: { access: 'configure' },
      schema: {
        tags: ['People'],
        summary: 'Make a new one-time link for setting the password',
        description: 'Earlier links of this person stop working. Their sessions end once the link is used.',
        params: IdParams,
        response: { 200: InvitedUser, ...refusals, 404: Problem, 409: Problem },
      },
    },
    async (request) => toInvitedUser(await renewPasswordLink(deps, request.principal, request.params.id)),
  )
}

function apiKeyRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/api-keys',
    {
      config: { access: 'configure' },
      schema: {
        tags: ['API keys'],
        summary: 'List API keys',
        querystring: PageQuery,
        response: { 200: ApiKeyPage, ...refusals },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'configure')
      return toPage(await listApiKeys(deps.db, query), query.limit, idOf, toApiKeyView)
    },
  )

  app.post(
    '/api/v1/api-keys',
    {
      config: { access: 'configure' },
      schema: {
        tags: ['API keys'],
        summary: 'Create an API key',
        description: 'The key is shown this once; only a hash of it is kept.',
        body: CreateApiKey,
        response: { 201: CreatedApiKey, ...refusals },
      },
    },
    async (request, reply) => {
      const { apiKey, key } = await createApiKey(deps, request.principal, request.body)
      return reply.code(201).send({ ...toApiKeyView(apiKey), key })
    },
  )

  app.delete(
    '/api/v1/api-keys/:id',
    {
      config: { access: 'configure' },
      schema: {
        tags: ['API keys'],
        summary: 'Delete an API key',
        description: 'It stops working at once.',
        params: IdParams,
        response: { 204: z.null().describe('Done; there is no body.'), ...refusals, 404: Problem },
      },
    },
    async (request, reply) => {
      await deleteApiKey(deps, request.principal, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
