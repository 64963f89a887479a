import type { Deps } from '../deps.ts'
import type { ApiResult } from '../integrations/sentry/api-result.ts'
import type { Installation, SentryClient } from '../integrations/sentry/client.ts'
import type { Connection } from './connection-store.ts'
import { clientOf } from './line.ts'
import { foreignToken, grants } from './scopes.ts'

/** What a check has found out. One that is unfinished may find more when Sentry answers again. */
export type Findings =
  /** Nothing new: Sentry did not answer, or not as Sentry does. What was known before stays so. */
  | { outcome: 'unknown'; problem: string; isUnfinished: boolean }
  /** The token is of no use. */
  | { outcome: 'refused'; problem: string }
  | {
      outcome: 'found'
      scopes: string[] | null
      /** Null when it could not be found out. */
      installation: Installation | null
      problem: string | null
      isUnfinished: boolean
    }

/** As long as somebody waits in front of a form. */
const WITHIN_MS = 25_000

/**
 * Asks Sentry what the token may do and which installation it belongs to; `candidate` is the likely one. Changes nothing there.
 */
export async function findOut(
  deps: Pick<Deps, 'config' | 'clock'>,
  connection: Pick<Connection, 'url' | 'organization' | 'token'>,
  candidate: string | null,
  signal: AbortSignal = new AbortController().signal,
): Promise<Findings> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)])
  const client = clientOf(deps, connection, { signal: inTime })
  if (!client)
    return unknown('The token cannot be read, as OPSKNIGHT_SECRET_KEY is another one now. Enter it again.')
  const foreign = foreignToken(connection.token ?? '')
  if (foreign) return { outcome: 'refused', problem: foreign }
  const token = await client.token()
  if (token.outcome !== 'ok') return without(token)
  if (!token.value.isSentry) return unknown(NO_SENTRY)
  const { scopes } = token.value
  if (scopes === null) return { outcome: 'refused', problem: NO_TOKEN }
  return grants(scopes, 'org:read')
    ? findInstallation(client, scopes, candidate)
    : findOrganization(client, scopes)
}

const unknown = (problem: string, isUnfinished = false): Findings => ({
  ...{ outcome: 'unknown', problem, isUnfinished },
})

function without(result: Exclude<ApiResult<unknown>, { outcome: 'ok' }>): Findings {
  if (result.outcome === 'refused' && result.status === 401)
    return { outcome: 'refused', problem: UNKNOWN_TOKEN }
  const isNone = result.outcome === 'rejected' && result.status === 404
  return unknown(isNone ? NO_SENTRY : result.reason, isLater(result))
}

const UNKNOWN_TOKEN =
  'Sentry does not know this token. Copy it from the page of the internal integration in Sentry again.'
const NO_SENTRY =
  'What answers there is no Sentry, or an address within it. Enter the address of Sentry itself, like https://sentry.io.'
const NO_TOKEN =
  'Sentry answers, but as to somebody without a token. A proxy on the way takes the Authorization header off.'
const NO_ORGANIZATION =
  'Sentry knows no such organization, or the token belongs to another one. Check the slug.'
const NO_INSTALLATION =
  'The token belongs to no internal integration of this organization. Copy the token that the page of the integration in Sentry shows.'
const OF_A_PERSON =
  'This token belongs to a person or to a program of another kind: what OpsKnight does in Sentry would look like theirs. Copy the token of the internal integration.'

/** With `event:read` it shows at least whether the organization is the right one. */
async function findOrganization(client: SentryClient, scopes: string[]): Promise<Findings> {
  const found = { ...FOUND, scopes }
  if (!grants(scopes, 'event:read')) return { ...found, problem: null }
  const issue = await client.anyIssue()
  return { ...found, problem: problemOf(issue), isUnfinished: isLater(issue) }
}

/** Sentry shows an installation only to the token of its own integration; a person's token is shown all of them. */
async function findInstallation(
  client: SentryClient,
  scopes: string[],
  candidate: string | null,
): Promise<Findings> {
  const found = { ...FOUND, scopes }
  const all = await client.installations()
  if (all.outcome !== 'ok') return { ...found, problem: problemOf(all), isUnfinished: isLater(all) }
  const likelyFirst = all.value.toSorted((a, b) => likelihood(b, candidate) - likelihood(a, candidate))
  for (const [n, { uuid }] of likelyFirst.entries()) {
    const own = await client.installation(uuid)
    if (own.outcome === 'later') return { ...found, problem: own.reason, isUnfinished: true }
    if (own.outcome !== 'ok' || !own.value) continue
    const other = likelyFirst[n + 1] ?? likelyFirst[n - 1]
    const isShownAll = other !== undefined && (await client.installation(other.uuid)).outcome === 'ok'
    return isShownAll
      ? { outcome: 'refused', problem: OF_A_PERSON }
      : { ...found, installation: own.value, problem: null }
  }
  return { ...found, problem: NO_INSTALLATION }
}

const FOUND = { outcome: 'found', installation: null, isUnfinished: false } as const

const isLater = ({ outcome }: ApiResult<unknown>): boolean => outcome === 'later'

const likelihood = ({ uuid, appSlug }: Installation, candidate: string | null): number =>
  uuid === candidate ? 2 : appSlug?.includes('opsknight') ? 1 : 0

function problemOf(result: ApiResult<unknown>): string | null {
  if (result.outcome === 'ok') return null
  if (result.outcome === 'rejected' && result.status === 404) return NO_ORGANIZATION
  if (result.outcome === 'refused')
    return `${result.reason}. The token may not see this organization: check the slug, and the permissions of the internal integration.`
  return result.reason
}
