import { z } from 'zod'
import { IdParams, PageQuery, Problem } from '#contract/common.ts'
import {
  CreateIntegration,
  IntegrationList,
  IntegrationView,
  RotatedId,
  SetSigningSecret,
  SigningSecret,
  UpdateIntegration,
} from '#contract/integrations.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand, type Principal } from '../platform/principal.ts'
import {
  createIntegration,
  deleteIntegration,
  rotateIntegrationId,
  updateIntegration,
} from './integration-commands.ts'
import { type IntegrationWithContext, toIntegrationView } from './integration-model.ts'
import { getIntegration, listIntegrations } from './integration-store.ts'
import { removePreviousSigningSecret, removeSigningSecrets, setSigningSecret } from './signing-secrets.ts'
import { getServiceView } from './store.ts'

const refusals = { 400: Problem, 401: Problem, 403: Problem }
const absent = { ...refusals, 404: Problem }
const done = z.null().describe('Done; there is no body.')
const tags = ['Integrations']
const EITHER_ID = 'Takes the Integration ID or the ref.'

/** Tools wired to services, and the secrets that they sign with. */
export function integrationRoutes(app: App, deps: Deps): void {
  listRoutes(app, deps)
  singleRoutes(app, deps)
  secretRoutes(app, deps)
}

const viewFor =
  ({ config }: Deps, principal: Principal | null) =>
  (row: IntegrationWithContext) =>
    toIntegrationView(row, principal, config)

function listRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/integrations',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List the integrations of all services',
        description: 'Oldest first. Viewers see `ref` in place of the Integration ID, which is a credential.',
        querystring: PageQuery,
        response: { 200: IntegrationList, ...refusals },
      },
    },
    async ({ query, principal }) => {
      demand(principal, 'read')
      const page = await listIntegrations(deps.db, query)
      return { ...page, items: page.items.map(viewFor(deps, principal)) }
    },
  )

  app.get(
    '/api/v1/services/:id/integrations',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List the integrations of a service',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: IntegrationList, ...absent },
      },
    },
    async ({ params, query, principal }) => {
      demand(principal, 'read')
      const { id: serviceId } = await getServiceView(deps.db, params.id)
      const page = await listIntegrations(deps.db, { ...query, serviceId })
      return { ...page, items: page.items.map(viewFor(deps, principal)) }
    },
  )

  app.post(
    '/api/v1/services/:id/integrations',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Add an integration to a service',
        description:
          'Without a name it is called like its tool; settings that are not named have their defaults.',
        params: IdParams,
        body: CreateIntegration,
        response: { 201: IntegrationView, ...absent },
      },
    },
    async ({ params, body, principal }, reply) => {
      const integration = await createIntegration(deps, principal, params.id, body)
      return reply.code(201).send(viewFor(deps, principal)(integration))
    },
  )
}

function singleRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/integrations/:id',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Get an integration',
        description: EITHER_ID,
        params: IdParams,
        response: { 200: IntegrationView, ...absent },
      },
    },
    async ({ params, principal }) => {
      demand(principal, 'read')
      return viewFor(deps, principal)(await getIntegration(deps.db, params.id))
    },
  )

  app.patch(
    '/api/v1/integrations/:id',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Change an integration',
        description: `Only what is given changes; of the settings, only those that are named. ${EITHER_ID}`,
        params: IdParams,
        body: UpdateIntegration,
        response: { 200: IntegrationView, ...absent },
      },
    },
    async ({ params, body, principal }) =>
      viewFor(deps, principal)(await updateIntegration(deps, principal, params.id, body)),
  )

  app.delete(
    '/api/v1/integrations/:id',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Delete an integration',
        description: `Its address answers 404 from now on; its incidents stay. ${EITHER_ID}`,
        params: IdParams,
        response: { 204: done, ...absent },
      },
    },
    async ({ params, principal }, reply) => {
      await deleteIntegration(deps, principal, params.id)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/integrations/:id/rotate-id',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Give an integration a new Integration ID',
        description: `The old address answers 404 from now on. ${EITHER_ID}`,
        params: IdParams,
        response: { 200: RotatedId, ...absent },
      },
    },
    async ({ params, principal }) => rotateIntegrationId(deps, principal, params.id),
  )
}

function secretRoutes(app: App, deps: Deps): void {
  app.put(
    '/api/v1/integrations/:id/signing-secret',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Set the signing secret',
        description: `Without \`secret\` one is generated. The answer shows it this once. From now on unsigned deliveries are rejected. ${EITHER_ID}`,
        params: IdParams,
        body: SetSigningSecret.nullish(),
        response: { 200: SigningSecret, ...absent, 409: Problem },
      },
    },
    async ({ params, body, principal }) => setSigningSecret(deps, principal, params.id, body ?? {}),
  )

  app.delete(
    '/api/v1/integrations/:id/signing-secret',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Remove the signing secrets',
        description: `From now on deliveries need no signature. ${EITHER_ID}`,
        params: IdParams,
        response: { 204: done, ...absent },
      },
    },
    async ({ params, principal }, reply) => {
      await removeSigningSecrets(deps, principal, params.id)
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/api/v1/integrations/:id/signing-secret/previous',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Remove the previous signing secret',
        description: `Ends a rotation: only the present secret is valid from now on. ${EITHER_ID}`,
        params: IdParams,
        response: { 204: done, ...absent },
      },
    },
    async ({ params, principal }, reply) => {
      await removePreviousSigningSecret(deps, principal, params.id)
      return reply.code(204).send(null)
    },
  )
}
