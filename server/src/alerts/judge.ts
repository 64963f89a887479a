import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Delivery, Integration } from '../integrations/types.ts'
import type { ErrorCode } from '../platform/errors.ts'
import { httpStatusOf } from '../platform/http-errors.ts'
import type { InstalledIntegration } from '../services/directory.ts'
import { type Decoded, decode, REFUSED_KEPT_BYTES, type WireBody } from './body.ts'
import type { Rejection, Verdict } from './model.ts'

/** A delivery with what it means, before anything is stored. `body` is what is kept: decoded if that was possible. */
export type Judged = {
  verdict: Verdict
  body: Buffer
  /** How much arrived, decoded if that was possible; more than `body` when that is only the beginning. */
  bodyBytes: number
  isTruncated: boolean
  kind: string | null
  /** Identifies a repeat of the same message; null when its tool names none. */
  idempotencyKey: Buffer | null
}

type Request = { id: string; headers: IncomingHttpHeaders; wire: WireBody }

/** The checks that every delivery passes, in the order in which product rules name them. */
export async function judge(
  tool: Integration,
  installed: InstalledIntegration,
  { id, headers, wire }: Request,
): Promise<Judged> {
  const isOff = disabled(installed)
  const decoded: Decoded = isOff ? { body: wire.bytes } : await decode(wire, headers['content-encoding'])
  const rawBody = 'body' in decoded ? decoded.body : wire.bytes
  const delivery: Delivery = { headers, rawBody }
  const unproven =
    isOff ?? unreadable(decoded) ?? notJson(headers) ?? unauthentic(tool, installed, delivery, wire)
  const refused = unproven ? markedUnproven(unproven, installed) : notUnpacked(decoded)
  if (refused) return { verdict: refused, ...beginningOf(tool, delivery, wire) }

  const idempotencyKey = idempotencyKeyOf(tool, delivery)
  const verdict = translated(tool, installed, { ...delivery, id: messageId(idempotencyKey, id) })
  if (verdict.outcome === 'rejected') return { verdict, ...beginningOf(tool, delivery, wire) }
  return {
    verdict,
    kind: tool.kindOf(delivery),
    // Another view of the same bytes: what was parsed from them is remembered as long as the first one, and not while they wait.
    body: tool.redact(delivery).subarray(),
    bodyBytes: rawBody.length,
    isTruncated: false,
    idempotencyKey,
  }
}

/** The same key with another body is another message: nothing is lost to a tool that repeats keys by mistake. */
export function idempotencyKeyOf(tool: Integration, delivery: Delivery): Buffer | null {
  const key = tool.idempotencyKey(delivery)
  return key ? createHash('sha256').update(key).update('\0').update(delivery.rawBody).digest() : null
}

/** What a message is called that has no name of its own: the same when it is repeated, and when it is replayed. */
export const messageId = (idempotencyKey: Buffer | null, deliveryId: string): string =>
  idempotencyKey?.toString('hex') ?? deliveryId

/** What is kept of a refused delivery. No more than that is looked at: nobody vouches for it, and reading costs time. */
function beginningOf(
  tool: Integration,
  { headers, rawBody }: Delivery,
  wire: WireBody,
): Omit<Judged, 'verdict'> {
  // A copy, so that the whole body is not held in memory for its beginning.
  const beginning = { headers, rawBody: Buffer.from(rawBody.subarray(0, REFUSED_KEPT_BYTES)) }
  const bodyBytes = wire.isTooLarge ? wire.length : rawBody.length
  return {
    body: tool.redact(beginning).subarray(0, REFUSED_KEPT_BYTES),
    kind: tool.kindOf(beginning),
    bodyBytes,
    isTruncated: beginning.rawBody.length < bodyBytes,
    idempotencyKey: null,
  }
}

const rejected = (code: ErrorCode, reason: string): Rejection => ({
  outcome: 'rejected',
  code,
  reason,
  httpStatus: httpStatusOf(code),
})

/** Without a signing secret the address is the credential, and whoever knows it is vouched for. */
const markedUnproven = (refused: Rejection, { signingSecrets }: InstalledIntegration): Rejection =>
  signingSecrets.length > 0 ? { ...refused, isUnproven: true } : refused

function disabled({ enabled, name }: InstalledIntegration): Rejection | null {
  if (enabled) return null
  return rejected(
    'integration_disabled',
    `The integration "${name}" is disabled. Enable it on its page to receive again.`,
  )
}

function unreadable(decoded: Decoded): Rejection | null {
  if ('body' in decoded) return null
  switch (decoded.problem) {
    case 'too_large':
      return rejected('body_too_large', 'The body is larger than 5 MiB, unpacked.')
    case 'unknown_encoding':
      return rejected(
        'unsupported_media_type',
        'The Content-Encoding is not known; gzip, deflate and br are.',
      )
    case 'broken_encoding':
      return null
  }
}

/** Asked last: whoever cannot sign does not learn more than that. */
const notUnpacked = (decoded: Decoded): Rejection | null =>
  'body' in decoded
    ? null
    : rejected('invalid_json', 'The body cannot be unpacked as its Content-Encoding says.')

const JSON_TYPE = /^(application|text)\/([\w.-]+\+)?json\b/i

/** A missing content type is read as JSON. */
function notJson(headers: IncomingHttpHeaders): Rejection | null {
  const type = headers['content-type']
  if (!type || JSON_TYPE.test(type.trim())) return null
  return rejected(
    'unsupported_media_type',
    `Send application/json; this delivery says ${type.slice(0, 100)}.`,
  )
}

function unauthentic(
  tool: Integration,
  { signingSecrets }: InstalledIntegration,
  delivery: Delivery,
  wire: WireBody,
): Rejection | null {
  if (signingSecrets.length === 0) return null
  const verdict = tool.authentication.verify(delivery, signingSecrets)
  if (verdict === 'authentic') return null
  if (verdict === 'missing') {
    return rejected(
      'signature_missing',
      `The signature is missing. ${tool.explainUnsigned?.(delivery) ?? 'This integration has a signing secret, so every delivery must be signed.'}`,
    )
  }
  // A proxy may have compressed what was signed plain, or the other way round.
  const wireDelivery = { headers: delivery.headers, rawBody: wire.bytes }
  if (
    wire.bytes !== delivery.rawBody &&
    tool.authentication.verify(wireDelivery, signingSecrets) === 'authentic'
  )
    return null
  return rejected(
    'signature_invalid',
    `The signature does not match. The signing secret of this integration and the one in ${tool.name} differ: paste the Client Secret that ${tool.name} shows, or remove the secret here if you do not want signatures to be checked.`,
  )
}

export function translated(
  tool: Integration,
  { settings, isConnected, ownActor }: InstalledIntegration,
  delivery: Delivery,
): Verdict {
  const translation = tool.translate(isConnected ? { ...delivery, ownActor } : delivery, settings)
  if ('events' in translation) return { outcome: 'events', events: translation.events }
  if ('ignored' in translation) return { outcome: 'ignored', reason: translation.ignored }
  const { rejected: reason, code, errors } = translation
  return { ...rejected(code, reason), ...(errors ? { errors } : {}) }
}
