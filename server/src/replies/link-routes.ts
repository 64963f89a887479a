import type { FastifyError, FastifyReply } from 'fastify'
import { ReplyAction } from '#contract/replies.ts'
import { httpStatusOf, problemOf, toAppError } from '../platform/http-errors.ts'
import { answerPage, readPagedMessage } from './act.ts'
import { answeredPage, askingPage, refusedPage } from './html.ts'
import { formOf, type ReplyRoutes } from './provider.ts'

const AT = '/reply/:token'
type Link = { Params: { token: string }; Querystring: { action?: unknown } }

/** The page behind the links of a message. Looking at it changes nothing: mail programs open links by themselves. */
export const linkRoutes: ReplyRoutes = (scope, deps, pageIdOf) => {
  scope.setErrorHandler((error: FastifyError, request, reply) => {
    const said = toAppError(error, request)
    request.problem = problemOf(said, request.id)
    if (said.retryAfterSeconds) reply.header('retry-after', Math.ceil(said.retryAfterSeconds))
    return html(reply.code(httpStatusOf(said.code)), refusedPage(said.message))
  })

  scope.get<Link>(AT, HIDDEN, async (request, reply) => {
    const { token } = request.params
    const message = await readPagedMessage(deps, pageIdOf(request, token))
    return html(reply, askingPage(message, token, actionOf(request.query.action)))
  })

  scope.post<Link>(AT, HIDDEN, async (request, reply) => {
    const { token } = request.params
    const action = actionOf(formOf(request.body).get('action'))
    const answer = await answerPage(deps, { pageId: pageIdOf(request, token), action })
    return html(reply, answeredPage(answer, token, action))
  })
}

const HIDDEN = { schema: { hide: true } }

/** Whoever pressed a button wants it acknowledged at least. */
const actionOf = (given: unknown): ReplyAction => ReplyAction.safeParse(given).data ?? 'acknowledge'

const html = (reply: FastifyReply, text: string) =>
  reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(text)
