import { z } from 'zod'
import { IdParams, Problem } from '#contract/common.ts'
import { SentryConnectionView, SetSentryConnection } from '#contract/sentry-connection.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { getIntegration } from '../services/integration-store.ts'
import {
  checkSentryConnection,
  connectSentry,
  disconnectSentry,
  getConnection,
} from './connection-commands.ts'
import { toConnectionView } from './connection-view.ts'

const tags = ['Integrations']
const absent = { 400: Problem, 401: Problem, 403: Problem, 404: Problem }
const done = z.null().describe('Done; there is no body.')
const url = '/api/v1/integrations/:id/sentry-connection'

/** The way back to Sentry: reading and writing its issues. */
export function sentryConnectionRoutes(app: App, deps: Deps): void {
  const { db } = deps
  app.get(
    url,
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Get how an integration is connected to its Sentry',
        description: '404 when it is not: it takes alerts without.',
        params: IdParams,
        response: { 200: SentryConnectionView, ...absent },
      },
    },
    async ({ params, principal }) => {
      demand(principal, 'read')
      const { id } = await getIntegration(db, params.id)
      return toConnectionView(deps, await getConnection(deps, id))
    },
  )

  app.put(
    url,
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Connect an integration to its Sentry',
        description:
          'What is left out stays as it is. A new address, organization or token is checked at once; the answer says what was found.',
        params: IdParams,
        body: SetSentryConnection,
        response: { 200: SentryConnectionView, ...absent, 409: Problem },
      },
    },
    async ({ params, body, principal }) =>
      toConnectionView(deps, await connectSentry(deps, principal, params.id, body)),
  )

  app.post(
    `${url}/check`,
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Check the connection to Sentry',
        description:
          'Asks Sentry what the token may do. What Sentry has refused before is tried again from now on.',
        params: IdParams,
        response: { 200: SentryConnectionView, ...absent },
      },
    },
    async ({ params, principal }) =>
      toConnectionView(deps, await checkSentryConnection(deps, principal, params.id)),
  )

  app.delete(
    url,
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Disconnect an integration from its Sentry',
        description: 'The token is deleted and Sentry is told nothing more. Alerts go on coming in.',
        params: IdParams,
        response: { 204: done, ...absent },
      },
    },
    async ({ params, principal }, reply) => {
      await disconnectSentry(deps, principal, params.id)
      return reply.code(204).send(null)
    },
  )
}
