import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isSameSecret } from '../../platform/secrets.ts'

/** As long as Slack itself advises: later it may be somebody who has recorded it. */
const VALID_SECONDS = 5 * 60

/**
 * Whether Slack has sent this, a moment ago: https://docs.slack.dev/authentication/verifying-requests-from-slack. Over the body as it
 * arrived, in constant time.
 */
export function isFromSlack(
  { headers, raw }: { headers: IncomingHttpHeaders; raw: string },
  signingSecret: string,
  now: Date,
): boolean {
  const at = headers['x-slack-request-timestamp']
  const signature = headers['x-slack-signature']
  if (typeof at !== 'string' || typeof signature !== 'string' || !/^\d{1,12}$/.test(at)) return false
  if (Math.abs(now.getTime() / 1_000 - Number(at)) > VALID_SECONDS) return false
  return isSameSecret(signature, slackSignature(raw, at, signingSecret))
}

export const slackSignature = (raw: string, at: string, signingSecret: string): string =>
  `v0=${createHmac('sha256', signingSecret).update(`v0:${at}:${raw}`).digest('hex')}`
