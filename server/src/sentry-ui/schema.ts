import type { JsonObject } from '#contract/common.ts'
import { Severity } from '#contract/common.ts'
import { type Config, publicUrlOf } from '../config.ts'

const UNDER = '/api/integrations/sentry/ui'

/** Where Sentry's forms ask and tell. */
export const UI_PATHS = {
  services: `${UNDER}/services`,
  incidents: `${UNDER}/incidents`,
  create: `${UNDER}/create`,
  link: `${UNDER}/link`,
  alertRule: `${UNDER}/alert-rule-action`,
} as const

const wordsOfSeverity = {
  critical: 'Critical',
  error: 'Error',
  warning: 'Warning',
  info: 'Info',
} as const satisfies Record<Severity, string>

const severity = {
  type: 'select',
  label: 'Severity (empty: as Sentry says)',
  name: 'severity',
  options: Severity.options.map((value) => [value, wordsOfSeverity[value]]),
}

const page = {
  type: 'select',
  label: 'Page',
  name: 'page',
  options: [
    ['yes', 'Page whoever is on call'],
    ['no', 'Open the incident and page nobody'],
  ],
}

/**
 * The forms that Sentry shows beside an issue and in its alert rules, for the field "Schema" of an internal integration there.
 * Sentry drops the path of the webhook URL, so that the addresses carry that of OPSKNIGHT_URL.
 * https://docs.sentry.io/organization/integrations/integration-platform/ui-components/
 */
export function uiSchema(config: Config): JsonObject {
  const path = new URL(publicUrlOf(config)).pathname.replace(/\/+$/, '')
  const at = (to: keyof typeof UI_PATHS) => `${path}${UI_PATHS[to]}`
  const service = {
    ...{ type: 'select', label: 'Service', name: 'service' },
    ...{ uri: at('services'), async: true },
  }
  const incident = {
    ...{ type: 'select', label: 'Incident', name: 'incident' },
    ...{ uri: at('incidents'), async: true },
  }
  const title = { type: 'text', label: 'Title', name: 'title', default: 'issue.title' }
  const description = {
    ...{ type: 'textarea', label: 'Description', name: 'description' },
    default: 'issue.description',
  }
  return {
    elements: [
      {
        type: 'issue-link',
        create: {
          uri: at('create'),
          required_fields: [title, service, page],
          optional_fields: [severity, description],
        },
        link: { uri: at('link'), required_fields: [incident] },
      },
      {
        type: 'alert-rule-action',
        title: 'Open an incident in OpsKnight',
        settings: {
          type: 'alert-rule-settings',
          description: 'The incident opens on this service and pages whoever is on call for it, if you want.',
          uri: at('alertRule'),
          required_fields: [service, page],
          optional_fields: [severity],
        },
      },
    ],
  }
}
