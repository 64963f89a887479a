import { IdParams, Problem } from '#contract/common.ts'
import { SentryUiSchema } from '#contract/sentry-ui.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { conflict } from '../platform/errors.ts'
import { demand } from '../platform/principal.ts'
import { findConnection } from '../sentry-sync/connection-store.ts'
import type { Integration } from '../services/integration-model.ts'
import { getIntegration } from '../services/integration-store.ts'
import { uiSchema } from './schema.ts'

/** What an administrator pastes into Sentry, so that incidents are opened and linked from its pages. */
export function sentryUiSchemaRoutes(app: App, { db, config }: Deps): void {
  app.get(
    '/api/v1/integrations/:id/sentry-ui-schema',
    {
      config: { access: 'read' },
      schema: {
        tags: ['Integrations'],
        summary: 'Get the schema of the forms in Sentry',
        description:
          'Goes into the field Schema of the internal integration in Sentry, which then offers to open and link incidents beside an issue and in alert rules. To be pasted again when the path of OPSKNIGHT_URL changes.',
        params: IdParams,
        response: {
          200: SentryUiSchema,
          ...{ 400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem },
        },
      },
    },
    async ({ params, principal }) => {
      demand(principal, 'read')
      const integration = await getIntegration(db, params.id)
      if (integration.type !== 'sentry') throw conflict('Only an integration of Sentry has forms in Sentry.')
      const connection = await findConnection(db, integration.id)
      return { schema: uiSchema(config), lacking: lackingOf(integration, connection) }
    },
  )
}

function lackingOf(
  { enabled, signing_secret }: Pick<Integration, 'enabled' | 'signing_secret'>,
  connection: { installation_uuid: string | null } | null,
): string[] {
  return [
    ...(connection ? [] : ['Connect this integration to its Sentry: the forms are answered only then.']),
    ...(connection && !connection.installation_uuid
      ? [
          'OpsKnight does not know the installation in Sentry yet. Give the internal integration Organization: Read there and check the connection.',
        ]
      : []),
    ...(signing_secret
      ? []
      : ['Enter the Client Secret: without it nobody can tell that a form really comes from Sentry.']),
    ...(enabled ? [] : ['Enable this integration: while it is disabled its forms are refused.']),
  ]
}
