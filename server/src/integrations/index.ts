import { events } from './events.ts'
import { sentry } from './sentry/index.ts'
import type { Integration } from './types.ts'

/** The only list of integrations. Routing, the setup page and the conformance tests read it. */
export const integrations: readonly Integration[] = [sentry, events]

/** The kind of tool that a path or a row names; null for a word that is none. */
export const integrationOfType = (type: string): Integration | null =>
  integrations.find((integration) => integration.type === type) ?? null
