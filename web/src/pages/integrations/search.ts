import { z } from 'zod'
import { DeliveryOutcome } from '#contract/integrations.ts'

export const IntegrationTab = z.enum(['setup', 'connection', 'health', 'deliveries', 'settings'])
export type IntegrationTab = z.infer<typeof IntegrationTab>

/** What of Sentry sends: an internal integration, or its WebHooks plugin. */
export const SentrySender = z.enum(['internal', 'plugin'])
export type SentrySender = z.infer<typeof SentrySender>

/** What the URL of an integration's page says beside which integration: its part, the filter of its log, an open delivery. */
export const IntegrationSearch = z.object({
  tab: IntegrationTab.optional().catch(undefined),
  sender: SentrySender.optional().catch(undefined),
  outcome: DeliveryOutcome.optional().catch(undefined),
  delivery: z.string().optional().catch(undefined),
})
export type IntegrationSearch = {
  tab?: IntegrationTab | undefined
  sender?: SentrySender | undefined
  outcome?: DeliveryOutcome | undefined
  delivery?: string | undefined
}
