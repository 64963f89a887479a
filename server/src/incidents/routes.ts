import { z } from 'zod'
import { IdParams, PageQuery, Problem } from '#contract/common.ts'
import {
  AssignIncident,
  BulkAction,
  BulkResult,
  ChangeSeverity,
  ChangeUrgency,
  IncidentCounts,
  IncidentPage,
  IncidentQuery,
  IncidentView,
  NoteIncident,
  SnoozeIncident,
  TimelinePage,
} from '#contract/incidents.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { httpStatusOf } from '../platform/http-errors.ts'
import { toPage } from '../platform/pages.ts'
import { demand } from '../platform/principal.ts'
import { changeIncident, changeIncidents, type Request } from './commands.ts'
import { countActive, getDetail, listSummaries, listTimeline, readSummaries } from './queries.ts'
import { toEntry, toSummary, toView } from './views.ts'

const TIMELINE_SHOWN = 100
const tags = ['Incidents']
const problems = { '4xx': Problem }

/** An incident as its page shows it. Throws `not_found`. */
export async function readIncident(deps: Deps, idOrNumber: string): Promise<IncidentView> {
  const row = await getDetail(deps.db, idOrNumber)
  const entries = await listTimeline(deps.db, row.id, { limit: TIMELINE_SHOWN, cursor: undefined })
  return toView(row, entries.slice(0, TIMELINE_SHOWN).map(toEntry))
}

export function incidentRoutes(app: App, deps: Deps): void {
  readingRoutes(app, deps)
  actionRoutes(app, deps)
  bulkRoute(app, deps)
}

function readingRoutes(app: App, deps: Deps): void {
  const config = { access: 'read' } as const
  app.get(
    '/api/v1/incidents',
    {
      config,
      schema: {
        tags,
        summary: 'List incidents, newest first',
        querystring: IncidentQuery,
        response: { 200: IncidentPage, ...problems },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'read')
      return toPage(
        await listSummaries(deps.db, query),
        query.limit,
        ({ number }) => String(number),
        toSummary,
      )
    },
  )
  app.get(
    '/api/v1/incidents/counts',
    {
      config,
      schema: {
        tags,
        summary: 'Count active incidents by status',
        response: { 200: IncidentCounts, ...problems },
      },
    },
    async ({ principal }) => {
      demand(principal, 'read')
      return countActive(deps.db)
    },
  )
  app.get(
    '/api/v1/incidents/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Get an incident by id or number',
        params: IdParams,
        response: { 200: IncidentView, ...problems },
      },
    },
    async ({ principal, params }) => {
      demand(principal, 'read')
      return readIncident(deps, params.id)
    },
  )
  app.get(
    '/api/v1/incidents/:id/timeline',
    {
      config,
      schema: {
        tags,
        summary: 'Page through the timeline, newest first',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: TimelinePage, ...problems },
      },
    },
    async ({ principal, params, query }) => {
      demand(principal, 'read')
      const { id } = await getDetail(deps.db, params.id)
      return toPage(await listTimeline(deps.db, id, query), query.limit, (row) => row.id, toEntry)
    },
  )
}

function actionRoutes(app: App, deps: Deps): void {
  const config = { access: 'act' } as const
  const answer = { params: IdParams, response: { 200: IncidentView, ...problems } }

  const act = <Body extends z.ZodType>(
    action: string,
    summary: string,
    body: Body,
    toRequest: (body: z.output<Body>) => Request,
  ) =>
    app.post(
      `/api/v1/incidents/:id/${action}`,
      { config, schema: { tags, summary, body, ...answer } },
      async (request) => {
        const { id } = request.params as z.infer<typeof IdParams>
        const changed = await changeIncident(
          deps,
          request.principal,
          id,
          toRequest(request.body as z.output<Body>),
        )
        return readIncident(deps, changed)
      },
    )

  const nothing = z.unknown()
  act('acknowledge', 'Acknowledge: somebody has it, paging stops', nothing, () => ({ kind: 'acknowledge' }))
  act('resolve', 'Resolve', nothing, () => ({ kind: 'resolve' }))
  act('reopen', 'Reopen: it pages again', nothing, () => ({ kind: 'reopen' }))
  act('snooze', 'Snooze until a time', SnoozeIncident, ({ until }) => ({
    kind: 'snooze',
    until: new Date(until),
  }))
  act('notes', 'Add a note', NoteIncident, ({ text }) => ({ kind: 'note', text }))
  act('severity', 'Change the severity', ChangeSeverity, ({ severity }) => ({ kind: 'severity', severity }))
  act('urgency', 'Change the urgency', ChangeUrgency, ({ urgency }) => ({ kind: 'urgency', urgency }))
  act('assign', 'Assign to a person', AssignIncident, ({ userId }) => ({ kind: 'assign', userId }))
}

function toRequest(given: BulkAction): Request {
  switch (given.action) {
    case 'acknowledge':
    case 'resolve':
    case 'reopen':
      return { kind: given.action }
    case 'snooze':
      return { kind: 'snooze', until: new Date(given.until) }
    case 'note':
      return { kind: 'note', text: given.text }
    case 'severity':
      return { kind: 'severity', severity: given.severity }
    case 'assign':
      return { kind: 'assign', userId: given.userId }
  }
}

function bulkRoute(app: App, deps: Deps): void {
  app.post(
    '/api/v1/incidents/bulk',
    {
      config: { access: 'act' },
      schema: {
        tags,
        summary: 'Do the same to many incidents',
        body: BulkAction,
        response: { 200: BulkResult, ...problems },
      },
    },
    async ({ principal, body }) => {
      const outcomes = await changeIncidents(deps, principal, body.ids, toRequest(body))
      const summaries = new Map(
        (await readSummaries(deps.db, body.ids)).map((row) => [row.id, toSummary(row)]),
      )
      return {
        results: body.ids.map((id, index) => {
          const error = outcomes[index]
          return {
            id,
            status: error ? httpStatusOf(error.code) : 200,
            incident: summaries.get(id) ?? null,
            error: error ? { code: error.code, detail: error.message } : null,
          }
        }),
      }
    },
  )
}
