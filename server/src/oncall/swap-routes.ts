import { IdParams, Problem } from '#contract/common.ts'
import { RequestSwap, ShiftSwapPage, ShiftSwapView, SwapsQuery } from '#contract/schedules.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { refusals } from '../resource-routes.ts'
import { acceptSwap, declineSwap, requestSwap, withdrawSwap } from './swap-commands.ts'
import { tellOfSwap } from './swap-notices.ts'
import { listSwaps, toSwapView } from './swap-store.ts'

const tags = ['Shift swaps']

const ANSWERS = {
  accept: [acceptSwap, 'Agree to a swap', 'By whoever did not ask for it. The shift changes hands at once.'],
  decline: [declineSwap, 'Decline a swap', 'By whoever did not ask for it.'],
  withdraw: [withdrawSwap, 'Withdraw a swap', 'By whoever asked for it.'],
} as const

/** Shifts change hands when both agree. */
export function swapRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/swaps',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List swaps',
        description:
          'Newest first. With `status=requested` those that wait for an answer and are not over yet.',
        querystring: SwapsQuery,
        response: { 200: ShiftSwapPage, ...refusals },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'read')
      const page = await listSwaps(deps.db, query, deps.clock.now())
      return { ...page, items: page.items.map(toSwapView) }
    },
  )

  app.post(
    '/api/v1/schedules/:id/swaps',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Ask for a shift, or give one away',
        description:
          'For people of any role. Without `toUserId` whoever asks takes it. Nothing changes before the other one agrees; a part of a shift is enough.',
        params: IdParams,
        body: RequestSwap,
        response: { 201: ShiftSwapView, ...refusals, 404: Problem, 409: Problem },
      },
    },
    async (request, reply) => {
      const swap = await requestSwap(deps, request.principal, request.params.id, request.body)
      // Nobody waits for a mail server.
      void tellOfSwap(deps, request.principal, swap)
      return reply.code(201).send(toSwapView(swap))
    },
  )

  for (const [word, [command, summary, description]] of Object.entries(ANSWERS)) {
    app.post(
      `/api/v1/swaps/:id/${word}`,
      {
        config: { access: 'read' },
        schema: {
          ...{ tags, summary, description, params: IdParams },
          response: { 200: ShiftSwapView, ...refusals, 404: Problem, 409: Problem },
        },
      },
      async (request) => {
        const swap = await command(deps, request.principal, request.params.id)
        void tellOfSwap(deps, request.principal, swap)
        return toSwapView(swap)
      },
    )
  }
}
