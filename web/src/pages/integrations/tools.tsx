import { IconBrandSentry, IconWebhook, type TablerIcon } from '@tabler/icons-react'
import type { IntegrationType } from '#contract/integrations.ts'

type Tool = {
  name: string
  icon: TablerIcon
  /** One line that helps to choose. */
  description: string
}

/** What alerts can come from. */
export const tools = {
  sentry: {
    name: 'Sentry',
    icon: IconBrandSentry,
    description: 'Errors and alert rules of sentry.io or a Sentry of your own',
  },
  events: {
    name: 'Events API',
    icon: IconWebhook,
    description: 'Anything that can send an HTTP request: scripts, cron jobs, other monitoring tools',
  },
} as const satisfies Record<IntegrationType, Tool>

/** A tool by its mark and name. */
export function ToolName({ type }: { type: IntegrationType }) {
  const { name, icon: Icon } = tools[type]
  return (
    <span style={{ display: 'inline-flex', gap: 6, alignItems: 'center' }}>
      <Icon size={16} stroke={1.75} aria-hidden="true" />
      {name}
    </span>
  )
}
