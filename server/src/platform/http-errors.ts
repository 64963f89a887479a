import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { Problem } from '#contract/common.ts'
import { AppError, type ErrorCode, type FieldError } from './errors.ts'
import { REQUEST_ID_HEADER } from './request-ids.ts'
import { isDatabaseAway, isTooSlow } from './retry.ts'
import { Unanswered } from './within-time.ts'

const statusOf = {
  invalid_request: 400,
  invalid_json: 400,
  invalid_payload: 400,
  integration_id_missing: 400,
  code_invalid: 400,
  unauthenticated: 401,
  signature_missing: 401,
  signature_invalid: 401,
  forbidden: 403,
  integration_disabled: 403,
  setup_token_invalid: 403,
  cross_site_request: 403,
  not_found: 404,
  integration_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  incident_resolved: 409,
  incident_already_active: 409,
  name_taken: 409,
  delivery_truncated: 409,
  last_administrator: 409,
  setup_done: 409,
  link_invalid: 410,
  code_expired: 410,
  body_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<ErrorCode, number>

export const httpStatusOf = (code: ErrorCode): number => statusOf[code]

const titleOf = (code: ErrorCode) => {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What it was answered with, when that was no success. */
    problem: Problem | null
  }
}

/** RFC 9457 problem details of an error that the caller can act on. */
export function problemOf(error: AppError, requestId: string): Problem {
  return {
    type: `urn:opsknight:problem:${error.code}`,
    title: titleOf(error.code),
    status: statusOf[error.code],
    detail: error.message,
    code: error.code,
    ...(error.errors ? { errors: error.errors } : {}),
    requestId,
  }
}

export function sendProblem(reply: FastifyReply, error: AppError): FastifyReply {
  const problem = problemOf(error, reply.request.id)
  reply.request.problem = problem
  if (error.retryAfterSeconds) reply.header('retry-after', Math.ceil(error.retryAfterSeconds))
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem)
}

/** Turns whatever is thrown in a route into a problem; what nobody expected is logged with its stack and answered 500. */
export function registerErrorHandler(app: FastifyInstance): void {
  app.decorateRequest('problem', null)
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(reply, toAppError(error, request)))
}

const RETRY_AFTER_SECONDS = 5

/** What the caller is told of anything that was thrown. */
export function toAppError(error: FastifyError, request: FastifyRequest): AppError {
  if (error instanceof AppError) return error
  if (hasZodFastifySchemaValidationErrors(error)) return invalidRequest(error.validation)
  const known = ofFastify[error.code]
  if (known) return new AppError(...known)
  if (error.statusCode && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError('invalid_request', error.message)
  }
  if (isDatabaseAway(error) || error instanceof Unanswered) {
    request.log.error({ err: error }, 'request.database_away')
    return new AppError('unavailable', 'The database does not answer. Try again in a moment.', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    })
  }
  if (isTooSlow(error)) {
    request.log.error({ err: error }, 'request.too_slow')
    return new AppError(
      'unavailable',
      'The answer takes longer than it may. Ask for less, or try again later.',
      {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      },
    )
  }
  request.log.error({ err: error }, 'request.failed')
  return new AppError(
    'internal',
    'Something went wrong in the server. Its log has the details under this request id.',
  )
}

/** The same for requests that come to no route, as their address cannot be read. */
export const answerFrameworkError = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
  // No hook runs for such a request.
  void sendProblem(reply.header(REQUEST_ID_HEADER, request.id), toAppError(error, request))
}

type ValidationIssue = { instancePath: string; message?: string | undefined }

const invalidRequest = (issues: ValidationIssue[]): AppError => {
  const errors: FieldError[] = issues.slice(0, 20).map((issue) => ({
    path: issue.instancePath.slice(1).replaceAll('/', '.'),
    message: issue.message ?? 'is not valid',
  }))
  const named = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')
  return new AppError('invalid_request', `The request has values that are not accepted. ${named}`, { errors })
}

const TOO_LARGE = 'The body is larger than is accepted.'
const ofFastify: Record<string, [ErrorCode, string]> = {
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'Nothing has an id as long as this.'],
  FST_ERR_BAD_URL: ['invalid_request', 'The address is not encoded as an address must be.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', TOO_LARGE],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send the body as application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid_json', 'The body is empty; JSON is expected.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_json', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_request', 'The body is not as long as Content-Length says.'],
}
