import type { IncomingHttpHeaders } from 'node:http'
import type { Delivery, Integration } from '../integrations/types.ts'
import type { ErrorCode } from '../platform/errors.ts'
import { httpStatusOf } from '../platform/http-errors.ts'
import type { InstalledIntegration } from '../services/directory.ts'
import { type Decoded, decode, type WireBody } from './body.ts'
import type { Verdict } from './model.ts'

/** A delivery with what it means, before anything is stored. `body` is what is kept: decoded if that was possible. */
export type Judged = { verdict: Verdict; body: Buffer; kind: string | null }

type Rejection = Extract<Verdict, { outcome: 'rejected' }>

/** The checks that every delivery passes, in the order in which product rules name them. */
export async function judge(
  tool: Integration,
  installed: InstalledIntegration,
  headers: IncomingHttpHeaders,
  wire: WireBody,
): Promise<Judged> {
  const decoded = await decode(wire, headers['content-encoding'])
  const body = 'body' in decoded ? decoded.body : wire.bytes
  const delivery: Delivery = { headers, rawBody: body }
  const refused =
    disabled(installed) ??
    unreadable(decoded) ??
    notJson(headers) ??
    unauthentic(tool, installed, delivery, wire)
  const verdict = refused ?? translated(tool, installed, delivery)
  return { verdict, body: tool.redact(delivery), kind: tool.kindOf(delivery) }
}

const rejected = (code: ErrorCode, reason: string): Rejection => ({
  outcome: 'rejected',
  code,
  reason,
  httpStatus: httpStatusOf(code),
})

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
      return rejected('invalid_json', 'The body cannot be unpacked as its Content-Encoding says.')
  }
}

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
  { settings }: InstalledIntegration,
  delivery: Delivery,
): Verdict {
  const translation = tool.translate(delivery, settings)
  if ('events' in translation) return { outcome: 'events', events: translation.events }
  if ('ignored' in translation) return { outcome: 'ignored', reason: translation.ignored }
  const { rejected: reason, code, errors } = translation
  return { ...rejected(code, reason), ...(errors ? { errors } : {}) }
}
