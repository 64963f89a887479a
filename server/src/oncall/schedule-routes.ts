import { IdParams, Problem } from '#contract/common.ts'
import {
  Gaps,
  PreviewSchedule,
  PutSchedule,
  SchedulePage,
  ScheduleView,
  Shifts,
  ShiftsQuery,
} from '#contract/schedules.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { changeRoute, createRoute, deleteRoute, getRoute, listRoute, refusals } from '../resource-routes.ts'
import { createSchedule, deleteSchedule, replaceSchedule } from './commands.ts'
import { gapsOf, shiftsOf } from './model.ts'
import { readOverrides } from './override-store.ts'
import { previewOf, scheduleBetween } from './queries.ts'
import { getSchedule, listSchedules, type ScheduleRow } from './store.ts'
import { toScheduleView, toShiftView, toStretchView } from './views.ts'

const tags = ['Schedules']

/** Who is on call when, and what that follows from. */
export function scheduleRoutes(app: App, deps: Deps): void {
  const schedules = { path: '/api/v1/schedules', tags }
  const answer = ScheduleView
  const view = async (schedule: ScheduleRow) =>
    toScheduleView(schedule, await readOverrides(deps.db, [schedule.id], deps.clock.now(), null))

  listRoute(
    app,
    {
      ...schedules,
      summary: 'List schedules',
      description: 'By name, each with its rotations and the overrides that are not over yet.',
      answer: SchedulePage,
    },
    async (query) => {
      const { items, nextCursor } = await listSchedules(deps.db, query)
      const ids = items.map(({ id }) => id)
      const overrides = await readOverrides(deps.db, ids, deps.clock.now(), null)
      return { items: items.map((schedule) => toScheduleView(schedule, overrides)), nextCursor }
    },
  )

  createRoute(
    app,
    {
      ...schedules,
      summary: 'Create a schedule',
      description:
        'Rotations take their members in turn, from `start` on, at local times of `timeZone`; later ones lie on top. See docs/on-call.md.',
      body: PutSchedule,
      answer,
    },
    async (principal, body) => view(await createSchedule(deps, principal, body)),
  )

  getRoute(app, { ...schedules, summary: 'Read a schedule', answer }, async (id) =>
    view(await getSchedule(deps.db, id)),
  )

  changeRoute(
    app,
    'PUT',
    {
      ...schedules,
      summary: 'Replace a schedule',
      description: 'Name, time zone and rotations, as a whole. Overrides stay.',
      body: PutSchedule,
      answer,
    },
    async (principal, id, body) => view(await replaceSchedule(deps, principal, id, body)),
  )

  deleteRoute(
    app,
    {
      ...schedules,
      summary: 'Delete a schedule',
      description:
        'With its overrides, swaps and calendar addresses. Refused while a policy pages through it.',
    },
    (principal, id) => deleteSchedule(deps, principal, id),
  )

  shiftRoutes(app, deps)
}

function shiftRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/schedules/:id/shifts',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Who is on call from a time to a time',
        description:
          'Everything considered: rotations, overrides, who is disabled. Cut at `from` and `to`, which may be 400 days apart. Where nobody is on call there is no shift.',
        params: IdParams,
        querystring: ShiftsQuery,
        response: { 200: Shifts, ...refusals, 404: Problem },
      },
    },
    async ({ principal, params, query }) => {
      demand(principal, 'read')
      const { model, window } = await scheduleBetween(deps.db, params.id, query)
      return shiftsOf(model, window).map(toShiftView)
    },
  )

  app.get(
    '/api/v1/schedules/:id/gaps',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'When nobody is on call',
        params: IdParams,
        querystring: ShiftsQuery,
        response: { 200: Gaps, ...refusals, 404: Problem },
      },
    },
    async ({ principal, params, query }) => {
      demand(principal, 'read')
      const { model, window } = await scheduleBetween(deps.db, params.id, query)
      return gapsOf(model, window).map(toStretchView)
    },
  )

  app.post(
    '/api/v1/schedules/preview',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'What rotations would come to',
        description: 'The shifts of a schedule that is not saved yet.',
        body: PreviewSchedule,
        response: { 200: Shifts, ...refusals },
      },
    },
    async ({ principal, body }) => {
      demand(principal, 'read')
      const { model, window } = await previewOf(deps.db, body)
      return shiftsOf(model, window).map(toShiftView)
    },
  )
}
