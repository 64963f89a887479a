import type { Deps } from '../deps.ts'
import type { ApiResult } from '../integrations/sentry/api-result.ts'
import type { Installation, SentryClient } from '../integrations/sentry/client.ts'
import type { Connection, Findings } from './connection-store.ts'
import { clientOf } from './line.ts'

/** Asks Sentry what the token may do and which installation it belongs to. Changes nothing there. */
export async function findOut(
  deps: Pick<Deps, 'config' | 'clock'>,
  connection: Pick<Connection, 'url' | 'organization' | 'token'>,
): Promise<Findings> {
  const client = clientOf(deps, connection)
  if (!client)
    return nothing('The token cannot be read, as OPSKNIGHT_SECRET_KEY is another one now. Enter it again.')
  const scopes = await client.scopes()
  if (scopes.outcome !== 'ok') return nothing(problemOf(scopes))
  const found = await findInstallation(client)
  const installation = 'uuid' in found ? found : null
  return {
    installation_uuid: installation?.uuid ?? null,
    app_uuid: installation?.appUuid ?? null,
    app_slug: installation?.appSlug ?? null,
    scopes: scopes.value,
    problem: 'uuid' in found ? null : found.problem,
  }
}

const nothing = (problem: string): Findings => ({
  ...{ installation_uuid: null, app_uuid: null, app_slug: null, scopes: null },
  problem,
})

/** Sentry shows an installation only to the token of its own integration. */
async function findInstallation(client: SentryClient): Promise<Installation | { problem: string }> {
  const all = await client.installations()
  if (all.outcome !== 'ok') return { problem: problemOf(all) }
  for (const { uuid } of all.value) {
    const own = await client.installation(uuid)
    if (own.outcome === 'ok' && own.value) return own.value
    if (own.outcome === 'later') return { problem: problemOf(own) }
  }
  return {
    problem:
      'The token belongs to no internal integration of this organization. Copy the token that the page of the integration in Sentry shows.',
  }
}

function problemOf(result: Exclude<ApiResult<unknown>, { outcome: 'ok' }>): string {
  if (result.outcome === 'refused' && result.status === 401)
    return 'Sentry does not know this token. Copy it from the page of the internal integration in Sentry again.'
  if (result.outcome === 'refused')
    return `${result.reason}. The token lacks a permission: give the internal integration Organization: Read in Sentry.`
  if (result.outcome === 'rejected' && result.status === 404)
    return 'Sentry knows no such organization, or the token belongs to another one. Check the slug.'
  return result.reason
}
