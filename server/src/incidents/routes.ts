import type { z } from 'zod'
import { IdParams, PageQuery, Problem } from '#contract/common.ts'
import {
  AssignIncident,
  BulkAction,
  BulkResult,
  ChangeSeverity,
  ChangeUrgency,
  IncidentAction,
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
import type { AppError } from '../platform/errors.ts'
import { httpStatusOf } from '../platform/http-errors.ts'
import { toPage } from '../platform/pages.ts'
import { demand } from '../platform/principal.ts'
import { changeIncident, changeIncidents } from './commands.ts'
import { countActive, listSummaries, readSummaries, type SummaryRow } from './list.ts'
import { readPaging } from './paging.ts'
import { getDetail, listTimeline } from './queries.ts'
import { readStormCounts } from './storm-queries.ts'
import { toEntry, toSummary, toView } from './views.ts'

const TIMELINE_SHOWN = 100
const tags = ['Incidents']
const problems = { '4xx': Problem }

/** An incident as its page shows it. Throws `not_found`. */
export async function readIncident(deps: Deps, idOrNumber: string): Promise<IncidentView> {
  const row = await getDetail(deps.db, idOrNumber)
  const entries = await listTimeline(deps.db, row.id, { limit: TIMELINE_SHOWN, cursor: undefined })
  const storm = await readStormCounts(deps.db, row)
  const paging = await readPaging(deps.db, row)
  return toView(row, storm, paging, entries.slice(0, TIMELINE_SHOWN).map(toEntry))
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
      return toPage(
        await listTimeline(deps.db, id, query),
        query.limit,
        ({ number }) => String(number),
        toEntry,
      )
    },
  )
}

function actionRoutes(app: App, deps: Deps): void {
  const route = (path: string, action: IncidentAction['action'], summary: string, body?: z.ZodObject) =>
    app.post(
      `/api/v1/incidents/:id/${path}`,
      {
        config: { access: 'act' },
        schema: {
          ...{ tags, summary, params: IdParams, response: { 200: IncidentView, ...problems } },
          ...(body ? { body } : {}),
        },
      },
      async ({ principal, params, body }) => {
        const { id } = IdParams.parse(params)
        const asked = IncidentAction.parse({ ...(body as object | null), action })
        return readIncident(deps, await changeIncident(deps, principal, id, asked))
      },
    )

  route('acknowledge', 'acknowledge', 'Acknowledge: somebody has it, paging stops')
  route('resolve', 'resolve', 'Resolve')
  route('reopen', 'reopen', 'Reopen: it pages again')
  route('snooze', 'snooze', 'Snooze until a time', SnoozeIncident)
  route('notes', 'note', 'Add a note', NoteIncident)
  route('severity', 'severity', 'Change the severity', ChangeSeverity)
  route('urgency', 'urgency', 'Change the urgency', ChangeUrgency)
  route('assign', 'assign', 'Assign to a person', AssignIncident)
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
    async ({ principal, body: { ids, ...action } }) => {
      const refusals = await changeIncidents(deps, principal, ids, action)
      const rows = await readSummaries(deps.db, ids)
      return { results: ids.map((id, index) => resultOf(id, refusals[index] ?? null, rows)) }
    },
  )
}

function resultOf(id: string, refusal: AppError | null, rows: readonly SummaryRow[]) {
  if (refusal) {
    const { code, message: detail } = refusal
    return { id, status: httpStatusOf(code), incident: null, error: { code, detail } }
  }
  const row = rows.find((row) => row.id === id.toLowerCase())
  return { id, status: 200, incident: row ? toSummary(row) : null, error: null }
}
