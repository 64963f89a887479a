import type { IntegrationSearch } from '../search.ts'

type Fix = { label: string; search: IntegrationSearch }

const settings = (label: string): Fix => ({ label, search: { tab: 'settings' } })
const setup: Fix = { label: 'Open setup', search: { tab: 'setup' } }

// Codes that a newer server has found meanwhile are shown without a button.
const fixes: Record<string, Fix> = {
  unreadable: settings('Open settings'),
  disabled: settings('Enable it'),
  disabled_refusing: settings('Enable it'),
  signature_missing: settings('Change signing secret'),
  signature_invalid: settings('Change signing secret'),
  previous_secret_kept: settings('Remove previous secret'),
  everything_ignored: settings('Change filters'),
  storm: settings('Change limits'),
  bodies_not_kept: settings('Change limits'),
  nothing_received: setup,
  only_tests_received: setup,
  no_issue_webhooks: setup,
  cannot_resolve: setup,
  sentry_refused: { label: 'Open connection', search: { tab: 'connection' } },
  invalid_payloads: { label: 'See what arrived', search: { tab: 'deliveries', outcome: 'rejected' } },
}

/** Where the page lets somebody put right what a diagnosis names; null where only the tool itself can. */
export const fixOf = (code: string): Fix | null => (Object.hasOwn(fixes, code) ? fixes[code]! : null)
