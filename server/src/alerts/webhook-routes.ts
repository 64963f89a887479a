import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Problem } from '#contract/common.ts'
import { IntegrationType, WebhookAnswer } from '#contract/integrations.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { integrationOfType } from '../integrations/index.ts'
import { AppError } from '../platform/errors.ts'
import type { Directory, InstalledIntegration } from '../services/directory.ts'
import { EMPTY_BODY, takeBodiesAsBytes, type WireBody } from './body.ts'
import type { Ingest } from './ingest.ts'
import { integrationNotFound } from './model.ts'
import { Patience } from './patience.ts'
import { answerTo, DELIVERY_ID_HEADER, receive } from './receive.ts'
import { watchDeliveries } from './watch-deliveries.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The integration that a delivery addresses; found before its body is read. */
    installed: InstalledIntegration | null
  }
}

/** `POST /api/integrations/{type}?integrationId=ID`: where monitoring tools deliver. */
export function webhookRoutes(
  app: App,
  deps: Deps,
  { ingest, directory }: { ingest: Ingest; directory: Directory },
) {
  const patience = new Patience()
  app.register(async (scope) => {
    const hooks = scope as App
    takeBodiesAsBytes(hooks)
    watchDeliveries(hooks, deps)
    hooks.decorateRequest('installed', null)
    hooks.post<{ Params: { type: string } }>(
      '/api/integrations/:type',
      {
        schema: webhookSchema,
        attachValidation: true,
        // Headers for browsers; tools that deliver read none of them.
        helmet: false,
        onRequest: async (request) => {
          request.installed = await patience.run(() => findAddressed(directory, request))
        },
      },
      async (request, reply) => {
        const { installed } = request
        const tool = installed && integrationOfType(installed.type)
        if (!tool) throw integrationNotFound()
        const received = await receive(deps, ingest, tool, installed, {
          address: String((request.query as AddressQuery).integrationId),
          ip: request.ip,
          headers: request.sentHeaders,
          wire: (request.body as WireBody | undefined) ?? EMPTY_BODY,
        })
        request.received = received
        const { deliveryId } = received.receipt
        if (deliveryId) reply.header(DELIVERY_ID_HEADER, deliveryId)
        return reply.code(202).send(answerTo(received))
      },
    )
    refuseOtherMethods(hooks, '/api/integrations/:type')
  })
}

const webhookSchema = {
  tags: ['Webhooks'],
  summary: 'Deliver an alert from a monitoring tool',
  description:
    'The body is what the tool sends; see the documentation of the integration. With a signing secret it must be signed.',
  security: [],
  params: z.object({ type: z.string() }),
  querystring: z.object({ integrationId: z.string().optional() }),
  response: { 202: WebhookAnswer, '4xx': Problem, 503: Problem },
}

type AddressQuery = { integrationId?: string | string[] }

async function findAddressed(directory: Directory, request: FastifyRequest): Promise<InstalledIntegration> {
  const { type } = request.params as { type: string }
  const { integrationId } = request.query as AddressQuery
  if (typeof integrationId !== 'string' || integrationId === '') {
    throw new AppError(
      'integration_id_missing',
      'The address needs ?integrationId=… Copy the whole webhook URL from the page of the integration in OpsKnight.',
    )
  }
  const known = IntegrationType.safeParse(type).data
  const installed = await directory.find(known ?? 'sentry', known ? integrationId : '')
  if (!installed) throw integrationNotFound()
  return installed
}

const OTHER_METHODS = ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']

/** Answers 405 instead of 404, as somebody is trying the right address in the wrong way. */
export function refuseOtherMethods(app: App, url: string): void {
  const refuse = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('allow', 'POST')
    throw new AppError('method_not_allowed', `${request.method} is not possible here; deliver with POST.`)
  }
  // Refused before a body is read.
  app.route({ method: OTHER_METHODS, url, schema: { hide: true }, onRequest: refuse, handler: refuse })
}
