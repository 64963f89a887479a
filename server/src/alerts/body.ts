import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../platform/errors.ts'

const MEBIBYTE = 1024 * 1024
export const BODY_MAX_BYTES = 5 * MEBIBYTE
/** What was refused keeps its beginning: enough to see what it was, not enough to fill a disk. */
export const REFUSED_KEPT_BYTES = 4 * 1024

/** A body as it came over the wire, read up to the limit. Of one that is too large only the beginning is there. */
export type WireBody = { bytes: Buffer; length: number; isTooLarge: boolean }

export type BodyLimits = { maxReadingBytes: number }

declare module 'fastify' {
  interface FastifyRequest {
    /** The headers of a delivery as they came. */
    sentHeaders: IncomingHttpHeaders
  }
}

/**
 * Bodies of these routes arrive as bytes, whatever they say they are: what is refused is kept too. All of them together
 * take no more memory than `maxReadingBytes` while they arrive; beyond that they are answered 503.
 */
export function takeBodiesAsBytes(app: FastifyInstance, limits: BodyLimits = LIMITS): void {
  const reading: Reading = { bytes: 0, maxBytes: limits.maxReadingBytes }
  app.removeAllContentTypeParsers()
  app.decorateRequest('sentHeaders')
  app.addHook('onRequest', async (request) => {
    request.sentHeaders = { ...request.headers }
    // The framework would refuse a malformed type by itself, and nobody would see in the log that something arrived.
    delete request.raw.headers['content-type']
  })
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) =>
    readBody(payload, reading),
  )
}

const LIMITS: BodyLimits = { maxReadingBytes: 256 * MEBIBYTE }

/** What a request without a body has. */
export const EMPTY_BODY: WireBody = { bytes: Buffer.alloc(0), length: 0, isTooLarge: false }

type Reading = { bytes: number; readonly maxBytes: number }

/** A sender that announces too much may wait for the answer before it sends anything. */
const WAIT_FOR_BEGINNING_MS = 200

/** Reads up to the limit. What comes after it is taken from the connection and dropped, so that the sender reads its answer. */
function readBody(payload: IncomingMessage, reading: Reading): Promise<WireBody> {
  const declared = declaredLength(payload)
  const isAnnouncedTooLarge = declared > BODY_MAX_BYTES
  const enough = isAnnouncedTooLarge ? REFUSED_KEPT_BYTES : BODY_MAX_BYTES + 1
  const { promise, resolve, reject } = Promise.withResolvers<WireBody>()
  const chunks: Buffer[] = []
  let length = 0
  let timer: NodeJS.Timeout | undefined

  function stop(): void {
    clearTimeout(timer)
    payload.off('data', take).off('end', done).off('close', brokenOff)
    payload.resume()
    reading.bytes -= length
  }
  function take(chunk: Buffer): void {
    chunks.push(chunk)
    length += chunk.length
    reading.bytes += chunk.length
    if (reading.bytes > reading.maxBytes) refuse(tooMuchAtOnce())
    else if (length >= enough) done()
  }
  function done(): void {
    stop()
    // Most arrive in one piece, which nobody else uses: a copy would be as much again to collect.
    const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    const isTooLarge = isAnnouncedTooLarge || length > BODY_MAX_BYTES
    resolve({ bytes, isTooLarge, length: isTooLarge ? Math.max(declared, length) : length })
  }
  function refuse(error: AppError): void {
    stop()
    reject(error)
  }
  function brokenOff(): void {
    refuse(new AppError('invalid_request', 'The connection ended before the whole body was there.'))
  }

  payload.on('data', take).on('end', done).on('close', brokenOff)
  // Without a listener a connection that breaks off would end the process; `close` follows.
  payload.on('error', () => undefined)
  if (isAnnouncedTooLarge) timer = setTimeout(done, WAIT_FOR_BEGINNING_MS)
  return promise
}

/** As the sender says; 0 when it does not. Never more than the log's column holds. */
function declaredLength({ headers }: IncomingMessage): number {
  const length = Number(headers['content-length'] ?? 0)
  return Number.isFinite(length) ? Math.min(length, 2 ** 31 - 1) : 0
}

const tooMuchAtOnce = () =>
  new AppError('unavailable', 'Too much arrives at once. Nothing was stored; send it again in a moment.', {
    retryAfterSeconds: 1,
  })

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const

export type Decoded = { body: Buffer } | { problem: 'too_large' | 'unknown_encoding' | 'broken_encoding' }

/** Undoes a `Content-Encoding`. Never makes more than the limit out of a small body. */
export async function decode(
  { bytes, isTooLarge }: WireBody,
  encoding: string | undefined,
): Promise<Decoded> {
  if (isTooLarge) return { problem: 'too_large' }
  const name = encoding?.trim().toLowerCase() ?? 'identity'
  if (name === 'identity' || name === '') return { body: bytes }
  const decoder = Object.hasOwn(decoders, name) ? decoders[name as keyof typeof decoders] : null
  if (!decoder) return { problem: 'unknown_encoding' }
  try {
    return { body: await decoder(bytes, { maxOutputLength: BODY_MAX_BYTES }) }
  } catch (error) {
    const isBomb = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return { problem: isBomb ? 'too_large' : 'broken_encoding' }
  }
}
