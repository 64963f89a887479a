import type { IntegrationType } from '#contract/integrations.ts'
import { isPrivateHost } from '#contract/networks.ts'

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
  const { origin, hostname } = new URL(webhookUrl)
  const hosted = type === 'sentry' ? 'sentry.io' : 'a program elsewhere'
  return [
    ...(isPrivateHost(hostname)
      ? [
          `${hosted} cannot reach ${origin}, which exists only in your own network. Set OPSKNIGHT_URL to a public address.`,
        ]
      : []),
    ...hintsOfTool[type],
  ]
}
