import { randomBytes, randomUUID } from 'node:crypto'
import type { Answering, Received } from './provider.ts'
import { type LoggedRequest, listAnswer, logAnswer, pythonDate } from './sentry-lists.ts'

export type FakeIssue = {
  id: string
  shortId: string
  title: string
  status: 'unresolved' | 'resolved' | 'ignored'
  assignedTo: { type: 'user'; id: string; name: string; email: string } | null
  activity: { type: string; dateCreated: string; [more: string]: unknown }[]
  links: { webUrl: string; project: string; identifier: string }[]
  /** Its newest event as the API shows it, and the people who may have broken it with their commits. */
  event?: Record<string, unknown>
  committers?: Record<string, unknown>[]
} & Record<string, unknown>

/** A message that Sentry would send, to be delivered when the test likes: late, twice, in another order, or never. */
export type Webhook = { resource: string; body: Record<string, unknown> }

type Answer = NonNullable<ReturnType<Answering>>

export type SentryServer = Awaited<ReturnType<typeof sentryServer>>

const ORGANIZATION = 'acme'

type Options = {
  now?: () => Date
  organization?: string
  /** Starts the HTTP server: without it, one that ends with the test. */
  open?: (answer: Answering) => Promise<{ url: string; received: Received[] }>
}

/** Loaded only where there is a test. */
const untilTheTestIsOver: NonNullable<Options['open']> = async (answer) =>
  (await import('./provider.ts')).provider(answer)

/**
 * A Sentry of the test's own: a real HTTP server that answers as the documentation of the API has it
 * (https://docs.sentry.io/api/), keeps issues, and has a message ready for each of their changes.
 */
export async function sentryServer({
  now = () => new Date(),
  organization = ORGANIZATION,
  open = untilTheTestIsOver,
}: Options = {}) {
  const token = randomBytes(32).toString('hex')
  const app = { uuid: randomUUID(), slug: 'opsknight-1a2b3c', name: 'OpsKnight' }
  const installation = { uuid: randomUUID() }
  const issues = new Map<string, FakeIssue>()
  const members = [{ id: '11', name: 'Ana Example', email: 'ana@example.com' }]
  const webhooks: Webhook[] = []
  const scopes = new Set(['event:read', 'event:write', 'org:read'])
  const sentRequests: LoggedRequest[] = []
  const paging = { size: 100 }
  /** Answers in place of Sentry as long as it is set: an outage, a limit, nonsense. */
  let instead: ((request: Received) => Answer | undefined) | null = null
  /** Requests that Sentry does, though nobody hears of it. */
  let lost: ((request: Received) => boolean) | null = null

  /** Happens when Sentry has done what it was asked, before its answer arrives. */
  let meanwhile: ((request: Received) => Promise<void>) | null = null

  const actorOfApp = { type: 'application', id: app.uuid, name: app.name }

  function log(issue: FakeIssue, type: string, actor: object, data: object = {}): void {
    const dateCreated = now().toISOString()
    const isApp = actor === actorOfApp
    const user = actor === SENTRY ? null : actor
    issue.activity.unshift({ type, dateCreated, user, sentry_app: isApp ? { slug: app.slug } : null, data })
  }

  function change(issue: FakeIssue, action: string, actor: object, data: object = {}): void {
    log(issue, ACTIVITY[action] ?? action, actor, action === 'assigned' ? { to: issue.assignedTo?.id } : {})
    const { activity: _, ...told } = shown(issue)
    webhooks.push({
      resource: 'issue',
      body: { action, installation, actor, data: { issue: told, ...data } },
    })
  }

  function setStatus(issue: FakeIssue, given: string, actor: object): void {
    const status = given.startsWith('resolved') ? 'resolved' : given === 'ignored' ? 'ignored' : 'unresolved'
    if (status === issue.status) return
    issue.status = status
    issue.substatus = status === 'unresolved' ? 'ongoing' : null
    change(issue, status, actor, status === 'resolved' ? { resolution_type: 'now' } : {})
  }

  function comment(issue: FakeIssue, text: string, actor: object): Answer {
    // Only what this integration itself has said: people may repeat themselves.
    const isSaid = (one: FakeIssue['activity'][number]) =>
      one.type === 'note' && one.sentry_app !== null && (one.data as { text: string }).text === text
    if (actor === actorOfApp && issue.activity.some(isSaid))
      return { status: 400, body: { detail: 'You have already posted that comment.' } }
    log(issue, 'note', actor, { text })
    webhooks.push({
      resource: 'comment',
      body: {
        ...{ action: 'created', installation, actor },
        data: {
          ...{ comment_id: String(issue.activity.length), issue_id: issue.id, project_slug: 'checkout' },
          ...{ timestamp: now().toISOString(), comment: text },
        },
      },
    })
    return { status: 201, body: issue.activity[0]! }
  }

  function update(issue: FakeIssue, body: Record<string, unknown>, actor: object): Answer {
    if (body.status === 'resolvedInNextRelease' && !issue.lastRelease)
      return { status: 400, body: { status: [NO_RELEASE] } }
    if (typeof body.assignedTo === 'string') {
      const member = members.find(({ email }) => email === body.assignedTo)
      if (body.assignedTo !== '' && !member)
        return { status: 400, body: { assignedTo: ['Unknown actor input'] } }
      issue.assignedTo = member ? { type: 'user', ...member } : null
      if (member) change(issue, 'assigned', actor, { assignee: member })
    }
    if (typeof body.status === 'string') setStatus(issue, body.status, actor)
    return { body: shown(issue) }
  }

  const routes: [
    method: string,
    path: RegExp,
    scope: string | null,
    handle: (request: Received, id: string) => Answer,
  ][] = [
    [
      'GET',
      /^\/api\/0\/$/,
      null,
      () => ({ body: { version: '0', auth: { scopes: [...scopes] }, user: null } }),
    ],
    [
      'GET',
      new RegExp(`^/api/0/organizations/${organization}/sentry-app-installations/$`),
      'org:read',
      () => ({ body: [other, installed(app, installation.uuid, organization)] }),
    ],
    [
      'GET',
      /^\/api\/0\/sentry-app-installations\/([^/]+)\/$/,
      'org:read',
      (_request, uuid) =>
        uuid === installation.uuid
          ? { body: installed(app, installation.uuid, organization) }
          : { status: 403, body: { detail: 'You do not have permission to perform this action.' } },
    ],
    [
      'POST',
      /^\/api\/0\/sentry-app-installations\/([^/]+)\/external-issues\/$/,
      'event:write',
      ({ body }) => {
        const { issueId, webUrl, project, identifier } = JSON.parse(body)
        const issue = issues.get(String(issueId))
        if (!issue) return NOT_FOUND
        issue.links = [{ webUrl, project, identifier }]
        return {
          body: { id: '1', issueId, serviceType: app.slug, displayName: `${project}#${identifier}`, webUrl },
        }
      },
    ],
    [
      'GET',
      new RegExp(`^/api/0/organizations/${organization}/issues/$`),
      'event:read',
      ({ url }) => listAnswer(issues, { url, pageSize: paging.size, show: shown }),
    ],
    [
      'GET',
      new RegExp(`^/api/0/sentry-apps/${app.slug}/webhook-requests/$`),
      'org:read',
      ({ url }) => logAnswer(sentRequests, url),
    ],
    [
      'GET',
      new RegExp(`^/api/0/organizations/${organization}/issues/(\\d+)/$`),
      'event:read',
      (_request, id) => withIssue(id, (issue) => ({ body: shown(issue) })),
    ],
    [
      'POST',
      new RegExp(`^/api/0/organizations/${organization}/issues/(\\d+)/comments/$`),
      'event:write',
      ({ body }, id) => withIssue(id, (issue) => comment(issue, JSON.parse(body).text, actorOfApp)),
    ],
    [
      'GET',
      new RegExp(`^/api/0/organizations/${organization}/issues/(\\d+)/events/latest/$`),
      'event:read',
      (_request, id) => withIssue(id, ({ event }) => (event ? { body: event } : NOT_FOUND)),
    ],
    [
      'GET',
      new RegExp(`^/api/0/projects/${organization}/[^/]+/events/([0-9a-f]{32})/committers/$`),
      'project:read',
      (_request, eventId) => {
        const { committers } = [...issues.values()].find((issue) => isEventOf(issue, eventId)) ?? {}
        return committers ? { body: { committers } } : NO_COMMITS
      },
    ],
    [
      'PUT',
      new RegExp(`^/api/0/organizations/${organization}/issues/(\\d+)/$`),
      'event:write',
      ({ body }, id) => withIssue(id, (issue) => update(issue, JSON.parse(body), actorOfApp)),
    ],
  ]

  const withIssue = (id: string, handle: (issue: FakeIssue) => Answer): Answer => {
    const issue = issues.get(id)
    return issue ? handle(issue) : NOT_FOUND
  }

  function answer(request: Received): Answer {
    const answered = answerTo(request)
    return lost?.(request) ? { status: 502, body: 'upstream closed' } : answered
  }

  function answerTo(request: Received): Answer {
    const replaced = instead?.(request)
    if (replaced) return replaced
    if (request.headers.authorization !== `Bearer ${token}`)
      return { status: 401, body: { detail: 'Invalid token' } }
    const [path = ''] = request.url.split('?')
    for (const [method, pattern, scope, handle] of routes) {
      const match = pattern.exec(path)
      if (!match || method !== request.method) continue
      if (scope && !scopes.has(scope))
        return { status: 403, body: { detail: 'You do not have permission to perform this action.' } }
      return handle(request, match[1] ?? '')
    }
    return NOT_FOUND
  }

  const { url, received } = await open((request, response) => {
    const answered = answer(request)
    const date = { date: now().toUTCString() }
    if (!meanwhile) return { ...answered, headers: { ...date, ...answered.headers } }
    const { status = 200, body } = answered
    const json = { 'content-type': 'application/json', ...date }
    void meanwhile(request).then(() => response.writeHead(status, json).end(JSON.stringify(body)))
    return undefined
  })
  return {
    url,
    /** Every request, in the order in which it came. */
    received,
    organization,
    token,
    app,
    installation,
    issues,
    members,
    scopes,
    /** What waits to be delivered, oldest first. */
    webhooks,
    /** How many issues a page of a list holds. */
    paging,
    /** Notes in its log of deliveries that a message was sent now and what came back; 0 when nothing did in time. */
    noteSent({ resource, body }: Webhook, responseCode: number, webhookUrl = 'http://opsknight.test/'): void {
      const eventType = `${resource}.${body.action}`
      sentRequests.push({ eventType, date: pythonDate(now()), responseCode, webhookUrl })
    },
    /** What the settings page of the connection asks for. */
    connection: { url, organization, token },
    answerInstead(with_: typeof instead): void {
      instead = with_
    },
    beforeAnswers(happens: typeof meanwhile): void {
      meanwhile = happens
    },
    loseAnswers(of: typeof lost): void {
      lost = of
    },
    addIssue(given: Partial<FakeIssue> = {}): FakeIssue {
      const id = given.id ?? String(4_000_000 + issues.size)
      const issue: FakeIssue = {
        ...{
          shortId: `CHECKOUT-${issues.size + 1}`,
          title: 'TypeError: cart is undefined',
          status: 'unresolved',
        },
        ...{ substatus: 'new', level: 'error', priority: 'high', count: '7', userCount: 3, assignedTo: null },
        ...{ firstSeen: '2026-03-01T08:00:00Z', lastSeen: '2026-03-01T08:59:00Z', culprit: 'cart.total' },
        ...{ project: { id: '5', slug: 'checkout', name: 'Checkout', platform: 'javascript' } },
        ...{ activity: [], links: [], ...given, id },
      }
      issues.set(id, issue)
      return issue
    },
    /** What a person does in Sentry itself. */
    act(issue: FakeIssue, body: { status?: string; assignedTo?: string }, actor: object = PERSON): void {
      update(issue, body, actor)
    },
    /** What a person writes there. */
    say(issue: FakeIssue, text: string): void {
      comment(issue, text, PERSON)
    },
    /** It happens again after it was resolved, which Sentry itself notices. */
    regress(issue: FakeIssue): void {
      if (issue.status !== 'resolved') return
      issue.status = 'unresolved'
      issue.substatus = 'regressed'
      change(issue, 'unresolved', SENTRY)
      issue.activity[0]!.type = 'set_regression'
    },
    /** The message of an alert rule that fires: the one that pages. */
    alert(issue: FakeIssue, settings?: { name: string; value: string }[]): Webhook {
      return {
        resource: 'event_alert',
        body: {
          action: 'triggered',
          installation,
          actor: SENTRY,
          data: {
            event: {
              event_id: issue.event?.eventID ?? randomBytes(16).toString('hex'),
              issue_id: issue.id,
              title: issue.title,
              level: 'error',
              culprit: 'cart.total',
              project: 5,
              url: `${url}/api/0/projects/${organization}/checkout/events/1/`,
              web_url: `${url}/organizations/${organization}/issues/${issue.id}/events/1/`,
              issue_url: `${url}/api/0/organizations/${organization}/issues/${issue.id}/`,
            },
            triggered_rule: 'Checkout is broken',
            ...(settings ? { issue_alert: { id: 1, title: 'Checkout is broken', settings } } : {}),
          },
        },
      }
    },
  }
}

const SENTRY = { type: 'application', id: 'sentry', name: 'Sentry' }
const NO_RELEASE = "No release data present in the system to form a basis for 'Next Release'"
const PERSON = { type: 'user', id: 11, name: 'Ana Example' }
/** Events of the demonstration begin with the id of their issue. */
const isEventOf = ({ id, event }: FakeIssue, eventId: string) =>
  event ? event.eventID === eventId : eventId.startsWith(id)
const NO_COMMITS: Answer = { status: 404, body: { detail: 'No Commits found for Release' } }
const NOT_FOUND: Answer = { status: 404, body: { detail: 'The requested resource does not exist' } }

// Names of the activity log, as `GET` of an issue lists them.
const ACTIVITY: Record<string, string> = {
  resolved: 'set_resolved',
  ignored: 'set_ignored',
  unresolved: 'set_unresolved',
}

const installed = (app: { uuid: string; slug: string }, uuid: string, organization = ORGANIZATION) => ({
  app: { uuid: app.uuid, slug: app.slug },
  organization: { slug: organization },
  uuid,
  status: 'installed',
})

const other = installed({ uuid: randomUUID(), slug: 'another-app' }, randomUUID())

const shown = ({ links: _links, event: _event, committers: _committers, ...issue }: FakeIssue) => ({
  ...issue,
  permalink: `https://acme.sentry.example/issues/${issue.id}/`,
})
