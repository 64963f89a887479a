import type { IncidentSearch } from './pages/incidents/search.ts'
import type { IntegrationSearch } from './pages/integrations/search.ts'
import type { NotificationSearch } from './pages/notifications/search.ts'
import type { ScheduleSearch } from './pages/schedules/search.ts'

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

  onCall: (): Place => ({ to: '/on-call' }),
  schedules: (): Place => ({ to: '/schedules' }),
  newSchedule: (): Place => ({ to: '/schedules/new' }),
  schedule: (id: string, search: ScheduleSearch = {}): Place => ({
    to: '/schedules/$id',
    params: { id },
    search,
  }),
  editSchedule: (id: string): Place => ({ to: '/schedules/$id/edit', params: { id } }),
  policies: (): Place => ({ to: '/escalation-policies' }),
  newPolicy: (): Place => ({ to: '/escalation-policies/new' }),
  policy: (id: string): Place => ({ to: '/escalation-policies/$id', params: { id } }),
  editPolicy: (id: string): Place => ({ to: '/escalation-policies/$id/edit', params: { id } }),
  coverage: (days?: number): Place => ({ to: '/coverage', search: days ? { days } : {} }),

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

  notifications: (search: NotificationSearch = {}): Place => ({ to: '/notifications', search }),

  settings: (): Place => ({ to: '/settings' }),
  channels: (): Place => ({ to: '/settings/channels' }),
  channel: (channel: string): Place => ({ to: '/settings/channels/$channel', params: { channel } }),
  person: (id: string): Place => ({ to: '/settings/people/$id', params: { id } }),
  people: (): Place => ({ to: '/settings/people' }),
  teams: (): Place => ({ to: '/settings/teams' }),
  apiKeys: (): Place => ({ to: '/settings/api-keys' }),
  auditLog: (): Place => ({ to: '/settings/audit-log' }),
  profile: (): Place => ({ to: '/settings/profile' }),
  maintenance: (): Place => ({ to: '/maintenance' }),

  signIn: (returnTo?: string): Place => ({ to: '/sign-in', search: returnTo ? { returnTo } : {} }),
  setup: (step?: 'paging'): Place => ({ to: '/setup', search: step ? { step } : {} }),
}
