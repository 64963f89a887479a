import { readSuspectCommit } from './api-commits.ts'
import { readApiEvent } from './api-event.ts'
import { parseJsonText } from './api-json.ts'
import { type ApiResult, resultOf, type SentrySend } from './api-result.ts'
import { listingQuery, readListed } from './listing.ts'
import { type Fields, id, line, list, object } from './payload.ts'
import { readSentRequests } from './sent-requests.ts'

/** Where to ask, and as whom. `url` has no slash at its end. */
export type SentryAddress = { url: string; organization: string; token: string }

/** What is to be so of an issue. `assignedTo` is an e-mail address of a member, or `''` for nobody. */
export type IssueChange = {
  status?: 'resolved' | 'resolvedInNextRelease' | 'unresolved'
  assignedTo?: string
}

export type Installation = { uuid: string; appUuid: string | null; appSlug: string | null }

export type SentryClient = ReturnType<typeof sentryClient>

/** The permission without which Sentry refuses a request (403); null where it asks for none. */
export type Needs = 'event:read' | 'event:write' | 'org:read' | null

/** Told of every answer before whoever asked is. */
export type Heard = (needs: Needs, result: ApiResult<unknown>) => Promise<void>

/**
 * Sentry's API as its documentation has it (https://docs.sentry.io/api/): speaks HTTP and knows nothing else. Every answer is a
 * value; what comes back is read like a webhook, so that a field of another type counts as missing.
 */
export function sentryClient(
  { url, organization, token }: SentryAddress,
  send: SentrySend,
  now: Date,
  heard: Heard = async () => {},
) {
  const ofOrganization = `/api/0/organizations/${encodeURIComponent(organization)}`
  const issuePath = (issueId: string) => `${ofOrganization}/issues/${encodeURIComponent(issueId)}/`

  async function call<Value>(
    needs: Needs,
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    read: (json: unknown) => Value,
    body?: object,
  ): Promise<ApiResult<Value>> {
    const answer = await send({
      method,
      url: url + path,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      answers: ANSWERS,
    })
    const result = resultOf(answer, now, (text) => read(parseJsonText(text)))
    await heard(needs, result)
    return result
  }

  const anyIssue = () => call('event:read', 'GET', `${ofOrganization}/issues/?limit=1&statsPeriod=24h`, list)

  /** One issue may be kept from a token that reads others: only where those are refused too, it may not read. */
  async function ofOneIssue<Value>(path: string, read: (json: unknown) => Value): Promise<ApiResult<Value>> {
    const result = await call(null, 'GET', path, read)
    if (result.outcome !== 'refused' || result.status !== 403) return result
    const others = await anyIssue()
    return others.outcome === 'ok' ? { ...result, outcome: 'rejected' } : result
  }

  return {
    /** What the token may do. */
    token: () => call(null, 'GET', '/api/0/', readToken),

    /** Whether there is an organization of this name for the token. Needs `event:read`. */
    anyIssue,

    /** The internal and public integrations that the organization has installed. Needs `org:read`. */
    installations: () =>
      call('org:read', 'GET', `${ofOrganization}/sentry-app-installations/`, (json) =>
        list(json).flatMap(readInstallation),
      ),

    /** Refused for an installation that the token does not belong to. Needs `org:read`. */
    installation: (uuid: string) =>
      call(
        'org:read',
        'GET',
        `/api/0/sentry-app-installations/${encodeURIComponent(uuid)}/`,
        (json) => readInstallation(json)[0],
      ),

    /** The whole issue as Sentry has it, to be read like the one of a webhook. Needs `event:read`. */
    issue: (issueId: string) =>
      ofOneIssue(`${issuePath(issueId)}?collapse=release&collapse=stats&collapse=tags`, object),

    /** The newest event of an issue. Needs `event:read`. */
    latestEvent: (issueId: string) => ofOneIssue(`${issuePath(issueId)}events/latest/`, readApiEvent),

    /**
     * The commit that Sentry suspects; null when it suspects none. Needs `project:read` (newest Sentry: `event:read`), and is refused
     * (403) or not found (404) where there are no commits to suspect.
     */
    suspectCommit: (project: string, eventId: string) =>
      call(
        null,
        'GET',
        `/api/0/projects/${encodeURIComponent(organization)}/${encodeURIComponent(project)}/events/${encodeURIComponent(eventId)}/committers/`,
        readSuspectCommit,
      ),

    /** How these issues stand, of all projects; those that are deleted or merged are left out. Needs `event:read`. */
    issues: (issueIds: readonly string[], cursor: string | null) =>
      call('event:read', 'GET', `${ofOrganization}/issues/?${listingQuery(issueIds, cursor)}`, readListed),

    /** What Sentry has sent to the webhook of this integration lately. Needs `org:read`. */
    sentRequests: (
      appSlug: string,
      { path, errorsOnly }: { path: 'webhook-requests' | 'requests'; errorsOnly: boolean },
    ) =>
      call(
        'org:read',
        'GET',
        `/api/0/sentry-apps/${encodeURIComponent(appSlug)}/${path}/${errorsOnly ? '?errorsOnly=true' : ''}`,
        readSentRequests,
      ),

    /** Needs `event:write`. */
    updateIssue: (issueId: string, change: IssueChange) =>
      call('event:write', 'PUT', issuePath(issueId), object, change),

    /** Sentry's source: `issues/endpoints/group_notes.py`. Needs `event:write`. */
    comment: (issueId: string, text: string) =>
      call('event:write', 'POST', `${issuePath(issueId)}comments/`, object, { text }),

    /** Shows `webUrl` beside the issue as `project#identifier`; once more with the same words changes nothing. Needs `event:write`. */
    async linkIssue(
      installationUuid: string,
      link: { issueId: string; webUrl: string; project: string; identifier: string },
    ): Promise<ApiResult<Fields>> {
      const path = `/api/0/sentry-app-installations/${encodeURIComponent(installationUuid)}/external-issues/`
      const result = await call(null, 'POST', path, object, link)
      // It may be the installation of another token, which says nothing of other changes.
      return result.outcome === 'refused' && result.status === 403
        ? { ...result, outcome: 'rejected' }
        : result
    },
  }
}

/** All that are not 5xx are read here. */
const ANSWERS = Array.from({ length: 100 }, (_, n) => 400 + n)

/** Sentry's source: `api/endpoints/index.py`. `auth` is null where it has seen no token. */
function readToken(json: unknown): { isSentry: boolean; scopes: string[] | null } {
  const { version, auth } = object(json)
  const scopes = auth ? list(object(auth).scopes).flatMap((scope) => line(scope, 100) ?? []) : null
  return { isSentry: version !== undefined, scopes }
}

function readInstallation(json: unknown): Installation[] {
  const { uuid, app }: Fields = object(json)
  const found = uuidOf(uuid)
  const { uuid: appUuid, slug } = object(app)
  return found ? [{ uuid: found, appUuid: uuidOf(appUuid), appSlug: line(slug, 200) ?? null }] : []
}

/** Its name stands in addresses and in an index. */
function uuidOf(value: unknown): string | null {
  const uuid = id(value)
  return uuid && /^[\w-]{1,64}$/.test(uuid) ? uuid : null
}
