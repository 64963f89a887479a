import type { IncidentSearch } from './pages/incidents/search.ts'
import type { IntegrationSearch } from './pages/integrations/search.ts'

/** Where a link leads; spread it into `<Link>`, `<ButtonLink>` or `navigate`. */
export type Place = {
  to: string
  params?: Record<string, string>
  search?: Record<string, unknown>
}

/** Every link of the web app. */
export const paths = {
  home: (): Place => ({ to: '/' }),
  incidents: (search: IncidentSearch = {}): Place => ({ to: '/incidents', search }),
  incident: (number: number): Place => ({ to: '/incidents/$number', params: { number: String(number) } }),

  services: (): Place => ({ to: '/services' }),
  service: (id: string): Place => ({ to: '/services/$id', params: { id } }),
  serviceIntegrations: (id: string): Place => ({ to: '/services/$id/integrations', params: { id } }),
  addIntegration: (id: string): Place => ({ to: '/services/$id/integrations/new', params: { id } }),
  serviceSettings: (id: string): Place => ({ to: '/services/$id/settings', params: { id } }),

  integrations: (): Place => ({ to: '/integrations' }),
  integration: (ref: string, search: IntegrationSearch = {}): Place => ({
    to: '/integrations/$ref',
    params: { ref },
    search,
  }),

  settings: (): Place => ({ to: '/settings' }),
  people: (): Place => ({ to: '/settings/people' }),
  apiKeys: (): Place => ({ to: '/settings/api-keys' }),
  auditLog: (): Place => ({ to: '/settings/audit-log' }),
  profile: (): Place => ({ to: '/settings/profile' }),
  maintenance: (): Place => ({ to: '/maintenance' }),

  signIn: (returnTo?: string): Place => ({ to: '/sign-in', search: returnTo ? { returnTo } : {} }),
  setup: (): Place => ({ to: '/setup' }),
}
