import { z } from 'zod'
import { IdParams, Problem } from '#contract/common.ts'
import { CalendarFeed, CalendarFeedState } from '#contract/schedules.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { notFound } from '../platform/errors.ts'
import { sha256 } from '../platform/secrets.ts'
import { noContent } from '../resource-routes.ts'
import { createFeed, endFeed, readFeedDate } from './feed-commands.ts'
import { readCalendar } from './feeds.ts'

const refusals = { 400: Problem, 401: Problem, 403: Problem, 404: Problem }
const tags = ['Calendars']

const SUBJECTS = [
  { kind: 'schedule', path: 'schedules', of: 'a schedule, for oneself' },
  { kind: 'person', path: 'users', of: "a person's shifts" },
] as const

/** Calendars to subscribe to, behind addresses that nobody can guess. */
export function feedRoutes(app: App, deps: Deps): void {
  for (const { kind, path, of } of SUBJECTS) {
    const url = `/api/v1/${path}/:id/feed`
    app.post(
      url,
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: `Make a secret calendar address of ${of}`,
          description: 'Shown this once, for calendar programs to subscribe to. The address before it ends.',
          params: IdParams,
          response: { 201: CalendarFeed, ...refusals },
        },
      },
      async ({ principal, params }, reply) =>
        reply.code(201).send({ url: await createFeed(deps, principal, { kind, id: params.id }) }),
    )

    app.get(
      url,
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: `Whether there is a calendar address of ${of}`,
          params: IdParams,
          response: { 200: CalendarFeedState, ...refusals },
        },
      },
      async ({ principal, params }) => {
        const date = await readFeedDate(deps, principal, { kind, id: params.id })
        return { createdAt: date?.toISOString() ?? null }
      },
    )

    app.delete(
      url,
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: `End the calendar address of ${of}`,
          params: IdParams,
          response: { 204: noContent, ...refusals },
        },
      },
      async ({ principal, params }, reply) => {
        await endFeed(deps, principal, { kind, id: params.id })
        return reply.code(204).send(null)
      },
    )
  }
  calendarRoute(app, deps)
}

/** Nobody signs in: whoever knows the address may read. It is looked up by its hash, so that no time tells how near a guess is. */
function calendarRoute(app: App, deps: Deps): void {
  app.get(
    '/calendars/:file',
    { schema: { hide: true, params: z.object({ file: z.string() }) } },
    async (request, reply) => {
      const calendar = await readCalendar(deps, request.params.file.replace(/\.ics$/, ''))
      if (calendar === null) throw notFound('Calendar')
      const etag = `"${sha256(calendar).toString('base64url')}"`
      void reply.headers({
        etag,
        // Only the subscriber keeps it, and asks each time whether it is still so.
        'cache-control': 'private, no-cache',
        'content-type': 'text/calendar; charset=utf-8',
        'content-disposition': 'inline; filename="on-call.ics"',
        'x-robots-tag': 'noindex',
      })
      const known = request.headers['if-none-match'] ?? ''
      return known.split(/, */).includes(etag) ? reply.code(304).send() : reply.send(calendar)
    },
  )
}
