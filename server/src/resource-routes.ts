import { z } from 'zod'
import { IdParams, PageQuery, Problem } from '#contract/common.ts'
import type { App } from './app.ts'
import { demand, type Principal } from './platform/principal.ts'

// What people configure (teams, schedules, policies, …) is listed, read, created, changed and deleted in one way.

/** What any of these routes may answer instead. */
export const refusals = { 400: Problem, 401: Problem, 403: Problem }
export const noContent = z.null().describe('Done; there is no body.')

type Words = { path: string; tags: string[]; summary: string; description?: string }
type Answering<Answer> = Words & { answer: z.ZodType<Answer> }
type Asking<Body, Answer> = Answering<Answer> & { body: z.ZodType<Body> }
/** Commands ask for permission themselves. */
type Asked = Principal | null

const reading = { access: 'read' } as const
const configuring = { access: 'configure' } as const
const onOne = (path: string) => `${path}/:id`
/** Types end here: those of Fastify do not follow a schema that is an argument. */
const answering = (given: Record<number, z.ZodType>): Record<number, z.ZodType> => ({ ...refusals, ...given })

/** `GET path`: one page. */
export function listRoute<Answer>(
  app: App,
  { path, answer, ...words }: Answering<Answer>,
  list: (query: PageQuery) => Promise<Answer>,
): void {
  const schema = { ...words, querystring: PageQuery, response: answering({ 200: answer }) }
  app.get(path, { config: reading, schema }, async ({ principal, query }) => {
    demand(principal, 'read')
    return list(query)
  })
}

/** `GET path/:id`. */
export function getRoute<Answer>(
  app: App,
  { path, answer, ...words }: Answering<Answer>,
  get: (id: string) => Promise<Answer>,
): void {
  const schema = { ...words, params: IdParams, response: answering({ 200: answer, 404: Problem }) }
  app.get(onOne(path), { config: reading, schema }, async ({ principal, params }) => {
    demand(principal, 'read')
    return get(params.id)
  })
}

/** `POST path`: answers 201 with what was made. */
export function createRoute<Body, Answer>(
  app: App,
  { path, body, answer, ...words }: Asking<Body, Answer>,
  create: (asked: Asked, body: Body) => Promise<Answer>,
): void {
  const schema = { ...words, body, response: answering({ 201: answer, 409: Problem }) }
  app.post(path, { config: configuring, schema }, async ({ principal, body }, reply) =>
    reply.code(201).send(await create(principal, body as Body)),
  )
}

/** `PUT path/:id` replaces one, `PATCH` changes what is given. */
export function changeRoute<Body, Answer>(
  app: App,
  method: 'PUT' | 'PATCH',
  { path, body, answer, ...words }: Asking<Body, Answer>,
  change: (asked: Asked, id: string, body: Body) => Promise<Answer>,
): void {
  const response = answering({ 200: answer, 404: Problem, 409: Problem })
  const schema = { ...words, params: IdParams, body, response }
  app.route({
    ...{ method, url: onOne(path), config: configuring, schema },
    handler: async ({ principal, params, body }) => change(principal, params.id, body as Body),
  })
}

/** `DELETE path/:id`, which may be refused because something still has it. */
export function deleteRoute(
  app: App,
  { path, ...words }: Words,
  remove: (asked: Asked, id: string) => Promise<void>,
): void {
  const response = { 204: noContent, ...refusals, 404: Problem, 409: Problem }
  const schema = { ...words, params: IdParams, response }
  app.delete(onOne(path), { config: configuring, schema }, async ({ principal, params }, reply) => {
    await remove(principal, params.id)
    return reply.code(204).send(null)
  })
}
