import { IdParams, PageQuery, Problem } from '#contract/common.ts'
import { ApiKeyPage, CreateApiKey, CreatedApiKey } from '#contract/people.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { idOf, toPage } from '../platform/pages.ts'
import { demand } from '../platform/principal.ts'
import { noContent, refusals } from '../resource-routes.ts'
import { createApiKey, deleteApiKey, listApiKeys } from './api-keys.ts'
import { toApiKeyView } from './views.ts'

/** The keys of programs. */
export function apiKeyRoutes(app: App, deps: Deps): void {
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
        response: { 204: noContent, ...refusals, 404: Problem },
      },
    },
    async (request, reply) => {
      await deleteApiKey(deps, request.principal, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
