import { z } from 'zod'
import { IdParams, Problem } from '#contract/common.ts'
import { PageLogQuery, PagePage, PageViews } from '#contract/pages.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { getDetail } from '../incidents/queries.ts'
import { AppError } from '../platform/errors.ts'
import { idOf, toPage } from '../platform/pages.ts'
import { demand, may, type Principal } from '../platform/principal.ts'
import { readLedger } from './ledger.ts'
import { listPages, listPagesOfIncident } from './queries.ts'
import { isSelf, toPageView } from './views.ts'

const tags = ['Pages']
const problems = { '4xx': Problem }
const config = { access: 'read' } as const

/** Who was paged, how, when, and what came of it. */
export function pageRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/incidents/:id/pages',
    {
      config,
      schema: {
        tags,
        summary: 'All pages about an incident, in order',
        description: 'Also those that could not be sent, with the reason. Addresses of others are masked.',
        params: IdParams,
        response: { 200: PageViews, ...problems },
      },
    },
    async ({ principal, params }) => {
      demand(principal, 'read')
      const { id } = await getDetail(deps.db, params.id)
      return (await listPagesOfIncident(deps.db, id)).map(toPageView(principal))
    },
  )
  app.get(
    '/api/v1/pages',
    {
      config,
      schema: {
        tags,
        summary: 'The log of pages, newest first',
        description: 'Viewers see their own.',
        querystring: PageLogQuery,
        response: { 200: PagePage, ...problems },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'read')
      const rows = await listPages(deps.db, { ...query, userId: whosePages(principal, query.userId) })
      return toPage(rows, query.limit, idOf, toPageView(principal))
    },
  )
  app.get(
    '/api/v1/incidents/:id/ledger',
    {
      config,
      schema: {
        tags,
        summary: 'Everything about the paging of an incident as one Markdown document',
        params: IdParams,
        produces: ['text/markdown'],
        response: { 200: z.string(), ...problems },
      },
    },
    async ({ principal, params }, reply) => {
      demand(principal, 'read')
      const { number, text } = await readLedger(deps, principal, params.id)
      return reply
        .type('text/markdown; charset=utf-8')
        .header('content-disposition', `inline; filename="incident-${number}.md"`)
        .serializer(String)
        .send(text)
    },
  )
}

/** Viewers are people who may have been paged, and see that. A key was given by an administrator to read what there is. */
function whosePages(principal: Principal, asked: string | undefined): string | undefined {
  const { actor } = principal
  if (actor.kind !== 'user' || may(principal, 'inspect')) return asked
  if (asked === undefined || isSelf(principal, asked)) return actor.id ?? undefined
  throw new AppError(
    'forbidden',
    `${actor.name} may see their own pages only; more needs the role responder.`,
  )
}
