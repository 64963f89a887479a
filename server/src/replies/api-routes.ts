import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { Problem } from '#contract/common.ts'
import { Reply, ReplyParams, ReplyView } from '#contract/replies.ts'
import { publicUrlOf } from '../config.ts'
import { answerPage, type PageAnswer, type PagedMessage, readPagedMessage } from './act.ts'
import type { ReplyRoutes } from './provider.ts'

const tags = ['Replies']
const refusals = { 400: Problem, 403: Problem, 410: Problem, 429: Problem }

/** The same for programs and apps: the token of a page is the proof, so nobody is asked to sign in, whichever site it is sent from. */
export const apiRoutes: ReplyRoutes = (scope, deps, pageIdOf) => {
  const app = scope.withTypeProvider<ZodTypeProvider>()
  const config = { access: 'public', isOpenTo: () => true } as const

  app.get(
    '/api/v1/replies/:token',
    {
      config,
      schema: {
        tags,
        summary: 'What a page was about',
        description: 'By the token in the page itself. Changes nothing.',
        params: ReplyParams,
        response: { 200: ReplyView, ...refusals },
      },
    },
    async (request) =>
      toView(await readPagedMessage(deps, pageIdOf(request, request.params.token)), publicUrlOf(deps.config)),
  )

  app.post(
    '/api/v1/replies/:token',
    {
      config,
      schema: {
        tags,
        summary: 'Answer a page',
        description: 'As the person who was paged. Doing it again succeeds; what could not be done says why.',
        params: ReplyParams,
        body: Reply,
        response: { 200: ReplyView, ...refusals, 404: Problem },
      },
    },
    async (request) => {
      const pageId = pageIdOf(request, request.params.token)
      return toView(await answerPage(deps, { pageId, ...request.body }), publicUrlOf(deps.config))
    },
  )
}

function toView(message: PagedMessage | PageAnswer, publicUrl: string): ReplyView {
  const problems = 'problems' in message ? message.problems : new Map<string, string>()
  return {
    person: { name: message.user.name },
    incidents: message.incidents.map(({ acknowledgedBy, resolvedBy, resolvedAt: _, ...incident }) => ({
      ...incident,
      acknowledgedBy: acknowledgedBy?.name ?? null,
      resolvedBy: resolvedBy?.name ?? null,
      url: `${publicUrl}/incidents/${incident.number}`,
      problem: problems.get(incident.id) ?? null,
    })),
  }
}
