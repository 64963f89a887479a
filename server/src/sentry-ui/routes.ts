import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { EMPTY_BODY, takeBodiesAsBytes, type WireBody } from '../alerts/body.ts'
import type { Ingest } from '../alerts/ingest.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { parseJsonBody } from '../integrations/json-body.ts'
import { type Fields, id, line, object } from '../integrations/sentry/payload.ts'
import { AppError } from '../platform/errors.ts'
import { httpStatusOf, problemOf, toAppError } from '../platform/http-errors.ts'
import { lineLimit } from '../platform/line-limit.ts'
import type { Directory } from '../services/directory.ts'
import { acceptAlertRule } from './alert-rule.ts'
import { createFromIssue } from './create.ts'
import { linkToIncident } from './link.ts'
import { incidentOptions, serviceOptions } from './options.ts'
import { UI_PATHS } from './schema.ts'
import { createTenants, type Tenant } from './tenants.ts'

const ROUTE = { schema: { hide: true }, helmet: false } as const
/** A description with a stack trace has some kilobytes. */
const BODY_BYTES = 256 * 1024
const TYPED_CODE_POINTS = 200
const LINES_PER_MINUTE = 60

type Alerts = { ingest: Ingest; directory: Directory }

/**
 * What Sentry asks and tells while somebody fills in one of its forms: choices, an incident to open or to link, an alert rule to be saved.
 * Sentry's source: `sentry_apps/external_requests`.
 */
export function sentryUiRoutes(app: App, deps: Deps, { ingest, directory }: Alerts): void {
  const { db } = deps
  const tenants = createTenants(deps, directory)
  app.addHook('onClose', async () => tenants.close())

  /** Who asks for choices; a GET has no bytes, and the signature is over none. */
  const demandAsking = ({ query, sentHeaders }: FastifyRequest): Promise<Tenant> =>
    tenants.demandTenant({
      installationId: id(object(query).installationId) ?? '',
      headers: sentHeaders,
      rawBody: EMPTY_BODY.bytes,
    })

  async function demandTelling(request: FastifyRequest) {
    const wire = (request.body as WireBody | undefined) ?? EMPTY_BODY
    if (wire.length > BODY_BYTES)
      throw new AppError('body_too_large', 'This is more than OpsKnight takes from a form. Shorten the text.')
    const parsed = parseJsonBody(wire.bytes)
    const body: Fields = 'object' in parsed ? parsed.object : {}
    const tenant = await tenants.demandTenant({
      installationId: id(body.installationId) ?? '',
      headers: request.sentHeaders,
      rawBody: wire.bytes,
    })
    return { tenant, body, wire }
  }

  app.register(async (scope) => {
    takeBodiesAsBytes(scope)
    answerMessages(scope as App, deps)

    scope.get(UI_PATHS.services, ROUTE, async (request) => {
      const { installed } = await demandAsking(request)
      return serviceOptions(db, installed.serviceId, typedIn(request))
    })

    scope.get(UI_PATHS.incidents, ROUTE, async (request) => {
      await demandAsking(request)
      return incidentOptions(db, typedIn(request))
    })

    scope.post(UI_PATHS.create, ROUTE, async (request) => {
      const { tenant, body, wire } = await demandTelling(request)
      const { ip, sentHeaders: headers } = request
      return createFromIssue(deps, ingest, tenant, { ip, headers, wire, fields: body.fields })
    })

    scope.post(UI_PATHS.link, ROUTE, async (request) => {
      const { tenant, body } = await demandTelling(request)
      return linkToIncident(deps, tenant.installed, body)
    })

    scope.post(UI_PATHS.alertRule, ROUTE, async (request) => {
      const { body } = await demandTelling(request)
      return { message: await acceptAlertRule(db, body.fields) }
    })
  })
}

const typedIn = ({ query }: FastifyRequest) => line(object(query).query, TYPED_CODE_POINTS) ?? ''

/** Errors as Sentry shows them to whoever filled in the form. */
function answerMessages(scope: App, { clock }: Pick<Deps, 'clock'>): void {
  const limit = lineLimit(clock, LINES_PER_MINUTE)
  scope.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const said = toAppError(error, request)
    request.problem = problemOf(said, request.id)
    const shown = limit.take(said.code)
    if (shown) request.log.warn({ code: said.code, ip: request.ip, ...shown }, 'sentry_ui.refused')
    if (said.retryAfterSeconds) reply.header('retry-after', Math.ceil(said.retryAfterSeconds))
    return reply.code(statusOf(said)).send({ message: said.message })
  })
}

/** Sentry hands the status on to the browser, whose page takes a 401 for the end of the person's own session: `static/app/api.tsx`. */
function statusOf({ code }: AppError): number {
  const status = httpStatusOf(code)
  return status === 401 ? 403 : status
}
