/** Every code that an answer may carry. Stable: other people's programs compare them. */
export type ErrorCode =
  | 'invalid_request'
  | 'invalid_json'
  | 'invalid_payload'
  | 'integration_id_missing'
  | 'unauthenticated'
  | 'signature_missing'
  | 'signature_invalid'
  | 'forbidden'
  | 'integration_disabled'
  | 'setup_token_invalid'
  | 'cross_site_request'
  | 'not_found'
  | 'integration_not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'incident_resolved'
  | 'incident_already_active'
  | 'name_taken'
  | 'delivery_truncated'
  | 'last_administrator'
  | 'setup_done'
  | 'link_invalid'
  | 'code_invalid'
  | 'code_expired'
  | 'request_timeout'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'headers_too_large'
  | 'unavailable'
  | 'internal'

export type FieldError = { path: string; message: string }

/** Something the caller can act on. Everything else that is thrown is a bug and answered as `internal`. */
export class AppError extends Error {
  override name = 'AppError'
  readonly code: ErrorCode
  readonly errors: FieldError[] | undefined
  /** For `rate_limited` and `unavailable`: when it is worth trying again. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    more: { errors?: FieldError[]; retryAfterSeconds?: number } = {},
  ) {
    super(message)
    this.code = code
    this.errors = more.errors
    this.retryAfterSeconds = more.retryAfterSeconds
  }
}

export const notFound = (noun: string) =>
  new AppError('not_found', `${noun} not found. It may have been deleted, or the id is wrong.`)
export const conflict = (message: string) => new AppError('conflict', message)
