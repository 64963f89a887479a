import type { FastifyInstance } from 'fastify'
import type { Deps } from '../deps.ts'
import type { TokenReader } from './tokens.ts'

/** The body of a form, and the bytes that a provider has signed. */
export type FormBody = { raw: string; form: URLSearchParams }

/**
 * How answers of one kind come in: routes of its own, in a scope where the body of a form is a `FormBody` and JSON is JSON. Each
 * proves by itself who is speaking: by a page's token or by the provider's signature.
 */
export type ReplyRoutes = (scope: FastifyInstance, deps: Deps, pageIdOf: TokenReader) => void

const BODY_BYTES = 256 * 1024

export function acceptForms(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: BODY_BYTES },
    async (_request: unknown, raw: string): Promise<FormBody> => ({ raw, form: new URLSearchParams(raw) }),
  )
}

/** The form of a request; empty for one that has none. */
export const formOf = (body: unknown): URLSearchParams =>
  typeof body === 'object' && body !== null && 'form' in body && body.form instanceof URLSearchParams
    ? body.form
    : new URLSearchParams()

/** The body of a form as it arrived, for a signature over its bytes. */
export const rawOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'raw' in body && typeof body.raw === 'string' ? body.raw : ''
