import type { Delivery } from '../types.ts'
import { resourceOf } from './shape.ts'

// Enough to reach the fields at the top of the plugin's body. The body is not parsed: nobody vouches for it.
const LOOKED_AT_BYTES = 64 * 1024

/** Why this delivery has no signature, as far as it can be told, and what to do about it. */
export function explainUnsigned({ headers, rawBody }: Delivery): string {
  if (resourceOf(headers))
    return 'Sentry signs every message of an internal integration; something between Sentry and OpsKnight may remove the header "Sentry-Hook-Signature".'
  const start = rawBody.toString('latin1', 0, LOOKED_AT_BYTES)
  if (/"(?:triggering_rules|project_slug|project_name)"\s*:/.test(start))
    return (
      'The WebHooks plugin never signs, and this is one of its deliveries. Use an internal integration in Sentry instead (recommended), ' +
      'or remove the signing secret here to accept the plugin without one.'
    )
  return (
    'This integration has a signing secret, so every delivery needs the header "Sentry-Hook-Signature" with the hex HMAC-SHA256 of the ' +
    'body under that secret. Sentry adds it for internal integrations, whose Client Secret is pasted here. The WebHooks plugin never signs.'
  )
}
