import type { IntegrationType } from '#contract/integrations.ts'

// Names and ranges that only exist within one network, as the server's own check knows them.
const PRIVATE_HOST =
  /^(localhost|.*\.(local|localhost|internal|lan)|127\..*|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|169\.254\..*|\[(::1|f[cd].*|fe80.*)\])$/i

export const isPrivateAddress = (url: string) => PRIVATE_HOST.test(new URL(url).hostname)

const hintsOfTool: Record<IntegrationType, string[]> = {
  sentry: [
    'The webhook URL in Sentry is exactly the one of this page.',
    'The alert rule is active, its conditions are met, and its action names this webhook or integration.',
    'Self-hosted Sentry from 25.9 on refuses to call private addresses: take the network of OpsKnight out of SENTRY_DISALLOWED_IPS.',
  ],
  events: [
    'The program posts to the endpoint of this page.',
    'Its header reads "Authorization: Token token=" and then the Integration ID.',
  ],
}

/** What to check when nothing arrives. */
export function hintsWhileWaiting({
  type,
  webhookUrl,
}: {
  type: IntegrationType
  webhookUrl: string
}): string[] {
  const { origin } = new URL(webhookUrl)
  const hosted = type === 'sentry' ? 'sentry.io' : 'a program elsewhere'
  return [
    ...(isPrivateAddress(webhookUrl)
      ? [
          `${hosted} cannot reach ${origin}, which exists only in your own network. Set OPSKNIGHT_URL to a public address.`,
        ]
      : []),
    ...hintsOfTool[type],
  ]
}
