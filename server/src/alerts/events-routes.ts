import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Id, Problem } from '#contract/common.ts'
import { EventBody } from '#contract/events.ts'
import { EventsSettings, WebhookAnswer } from '#contract/integrations.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { integrationOfType } from '../integrations/index.ts'
import type { Integration } from '../integrations/types.ts'
import { findApiKeyPrincipal } from '../people/api-keys.ts'
import { AppError } from '../platform/errors.ts'
import { isUuid } from '../platform/ids.ts'
import { demand, type Principal } from '../platform/principal.ts'
import type { Directory, InstalledIntegration } from '../services/directory.ts'
import { takeBodiesAsBytes, type WireBody } from './body.ts'
import type { Ingest } from './ingest.ts'
import { judge } from './judge.ts'
import { answerTo, DELIVERY_ID_HEADER, type Received, receive } from './receive.ts'
import { EMPTY_BODY, refuseOtherMethods } from './webhook-routes.ts'

/** Who sends an event: an integration by its key, or a program with an API key, which names the service itself. */
type Sender = { installed: InstalledIntegration } | { principal: Principal }

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends; known before the body is read. */
    sender: Sender | null
  }
}

const EventAnswer = WebhookAnswer.extend({ dedup_key: z.string() })

/** `POST /api/events`: programs that speak OpsKnight's own format. */
export function eventsRoutes(
  app: App,
  deps: Deps,
  { ingest, directory }: { ingest: Ingest; directory: Directory },
) {
  const tool = integrationOfType('events')
  if (!tool) throw new Error('The registry has no Events API')
  app.register(async (scope) => {
    const events = scope as App
    takeBodiesAsBytes(events)
    events.decorateRequest('sender', null)
    events.post(
      '/api/events',
      {
        schema: {
          tags: ['Events API'],
          summary: 'Trigger, acknowledge or resolve an incident',
          description: `Authorization: "Token token=INTEGRATION_KEY", or "Bearer API_KEY" with the scope events and service_id in the body. Body: ${JSON.stringify(z.toJSONSchema(EventBody, { io: 'input' }))}`,
          security: [{ apiKey: [] }],
          response: { 202: EventAnswer, '4xx': Problem, 503: Problem },
        },
        helmet: false,
        onRequest: async (request) => {
          request.sender = await identify(deps, directory, request)
        },
      },
      async (request, reply) => {
        const { sender } = request
        if (!sender) throw wrongCredentials()
        const wire = (request.body as WireBody | undefined) ?? EMPTY_BODY
        if (wire.isTooLarge) reply.header('connection', 'close')
        const delivered = { headers: request.headers, wire }
        const received =
          'installed' in sender
            ? await receive(deps, ingest, tool, sender.installed, delivered)
            : await receiveFromProgram(deps, ingest, tool, sender.principal, delivered)
        if (received.receipt.deliveryId) reply.header(DELIVERY_ID_HEADER, received.receipt.deliveryId)
        return reply.code(202).send({ ...answerTo(received), dedup_key: dedupKeyOf(received) })
      },
    )
    refuseOtherMethods(events, '/api/events')
  })
}

const dedupKeyOf = ({ verdict }: Received) =>
  verdict.outcome === 'events' ? (verdict.events[0]?.dedupKey ?? '') : ''

async function identify(deps: Deps, directory: Directory, { headers, ip }: FastifyRequest): Promise<Sender> {
  const { authorization = '' } = headers
  const token = /^token\s+token\s*=\s*"?([^"\s]+)"?\s*$/i.exec(authorization)?.[1]
  const installed = token ? await directory.find('events', token) : null
  if (installed) return { installed }
  const key = /^bearer\s+(\S+)\s*$/i.exec(authorization)?.[1]
  const principal = key ? await findApiKeyPrincipal(deps, key, ip) : null
  if (!principal) throw wrongCredentials()
  demand(principal, 'send-events')
  return { principal }
}

const wrongCredentials = () =>
  new AppError(
    'unauthenticated',
    'Send "Authorization: Token token=KEY" with the key of an Events API integration, or "Authorization: Bearer KEY" with an API key that has the scope events.',
  )

/** With an API key there is no integration: nothing to record a delivery on, no budget; the event names its service. */
async function receiveFromProgram(
  { clock, db }: Deps,
  ingest: Ingest,
  tool: Integration,
  { actor }: Principal,
  { headers, wire }: { headers: FastifyRequest['headers']; wire: WireBody },
): Promise<Received> {
  const { verdict, body } = await judge(tool, PROGRAM, headers, wire)
  if (verdict.outcome !== 'events') {
    return {
      verdict,
      receipt: { deliveryId: null, outcome: 'rejected', reason: null, result: null, incidentId: null },
    }
  }
  const serviceId = serviceIdOf(body)
  const service =
    serviceId && isUuid(serviceId)
      ? await db
          .selectFrom('services')
          .select('id')
          .where('id', '=', serviceId)
          .where('deleted_at', 'is', null)
          .executeTakeFirst()
      : undefined
  if (!service) throw noService(serviceId)
  const intake = {
    at: clock.now(),
    serviceId: service.id,
    actor,
    source: null,
    delivery: null,
    isReplay: false,
  }
  return { verdict, receipt: await ingest.submit({ ...intake, verdict }) }
}

const PROGRAM: InstalledIntegration = {
  ref: '',
  serviceId: '',
  type: 'events',
  name: 'API',
  enabled: true,
  settings: EventsSettings.parse({}),
  signingSecrets: [],
}

const serviceIdOf = (body: Buffer): string | null =>
  z.object({ service_id: Id }).safeParse(JSON.parse(body.toString('utf8'))).data?.service_id ?? null

function noService(serviceId: string | null): AppError {
  const message = serviceId
    ? 'No service has this id. GET /api/v1/services lists them.'
    : 'With an API key the event must say which service it is about.'
  return new AppError('invalid_payload', message, { errors: [{ path: 'service_id', message }] })
}
