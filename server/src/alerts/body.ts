import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'

export const BODY_MAX_BYTES = 5 * 1024 * 1024

/** A body as it came over the wire, read up to the limit. */
export type WireBody = { bytes: Buffer; isTooLarge: boolean }

/** Bodies of these routes arrive as bytes, whatever they say they are: what is refused is kept too. */
export function takeBodiesAsBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) => readBody(payload))
}

/** Stops reading at the limit; the rest is left in the connection, which is then closed. */
async function readBody(payload: IncomingMessage): Promise<WireBody> {
  const declared = Number(payload.headers['content-length'] ?? 0)
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (declared > BODY_MAX_BYTES || length > BODY_MAX_BYTES) break
  }
  const bytes = Buffer.concat(chunks)
  return { bytes, isTooLarge: declared > BODY_MAX_BYTES || bytes.length > BODY_MAX_BYTES }
}

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
