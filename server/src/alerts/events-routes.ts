import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Id, Problem } from '#contract/common.ts'
import { EventBody } from '#contract/events.ts'
import { EventsSettings, WebhookAnswer } from '#contract/integrations.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { integrationOfType } from '../integrations/index.ts'
import { parseJsonBody } from '../integrations/json-body.ts'
import type { Integration } from '../integrations/types.ts'
import { findApiKeyPrincipal } from '../people/api-keys.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { isUuid, newId } from '../platform/ids.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { withinTime } from '../platform/within-time.ts'
import type { Directory, InstalledIntegration } from '../services/directory.ts'
import { EMPTY_BODY, takeBodiesAsBytes, type WireBody } from './body.ts'
import type { Ingest } from './ingest.ts'
import { judge } from './judge.ts'
import type { Receipt } from './model.ts'
import { Patience } from './patience.ts'
import { answerTo, DELIVERY_ID_HEADER, type Delivered, type Received, receive } from './receive.ts'
import { watchDeliveries } from './watch-deliveries.ts'
import { refuseOtherMethods } from './webhook-routes.ts'

/** A database that says nothing any more does not keep a program waiting. */
const ANSWER_WITHIN_MS = 3_000

/** Who sends an event: an integration by its key, or a program with an API key, which names the service itself. */
type Sender = { installed: InstalledIntegration; address: string } | { principal: Principal }

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
  const patience = new Patience()
  app.register(async (scope) => {
    const events = scope as App
    takeBodiesAsBytes(events)
    watchDeliveries(events, deps)
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
          request.sender = await patience.run(() =>
            withinTime(identify(deps, directory, request), ANSWER_WITHIN_MS),
          )
        },
      },
      async (request, reply) => {
        const { sender } = request
        if (!sender) throw wrongCredentials()
        const wire = (request.body as WireBody | undefined) ?? EMPTY_BODY
        const delivered = { ip: request.ip, headers: request.sentHeaders, wire }
        const received =
          'installed' in sender
            ? await receive(deps, ingest, tool, sender.installed, { ...delivered, address: sender.address })
            : await receiveFromProgram(deps, ingest, tool, sender.principal, delivered)
        request.received = received
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
  if (token && installed) return { installed, address: token }
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
  delivered: Omit<Delivered, 'address'>,
): Promise<Received> {
  const at = clock.now()
  const { verdict, body } = await judge(tool, PROGRAM, { id: newId(at), ...delivered })
  if (verdict.outcome !== 'events') return { verdict, receipt: REFUSED }
  const serviceId = await findNamedService(db, body)
  const intake = { at, serviceId, actor, source: null, delivery: null, isReplay: false }
  return { verdict, receipt: await ingest.submit({ ...intake, verdict }) }
}

const REFUSED: Receipt = {
  deliveryId: null,
  outcome: 'rejected',
  reason: null,
  result: null,
  incidentId: null,
}

async function findNamedService(db: Db, body: Buffer): Promise<string> {
  const parsed = parseJsonBody(body)
  const named = z.object({ service_id: Id }).safeParse('object' in parsed ? parsed.object : {})
    .data?.service_id
  const service = named && isUuid(named) && (await withinTime(findService(db, named), ANSWER_WITHIN_MS))
  if (!service) throw noService(named)
  return service.id
}

const findService = (db: Db, id: string) =>
  db
    .selectFrom('services')
    .select('id')
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()

const PROGRAM: InstalledIntegration = {
  ref: '',
  serviceId: '',
  type: 'events',
  name: 'API',
  enabled: true,
  settings: EventsSettings.parse({}),
  signingSecrets: [],
  isSystem: false,
  ownActor: null,
  isConnected: false,
}

function noService(serviceId: string | undefined): AppError {
  const message = serviceId
    ? 'No service has this id. GET /api/v1/services lists them.'
    : 'With an API key the event must say which service it is about.'
  return new AppError('invalid_payload', message, { errors: [{ path: 'service_id', message }] })
}
