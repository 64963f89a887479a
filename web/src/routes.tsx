import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouterHistory,
  redirect,
} from '@tanstack/react-router'
import { z } from 'zod'
import { isSignedOut } from './api/client.ts'
import { incidentList, incidentOne } from './api/incidents.ts'
import { meQuery } from './api/me.ts'
import { CoverageSearch } from './pages/coverage/search.ts'
import { filterOf } from './pages/incidents/list/filter.ts'
import { IncidentSearch } from './pages/incidents/search.ts'
import { IntegrationSearch } from './pages/integrations/search.ts'
import { NotificationSearch } from './pages/notifications/search.ts'
import { ScheduleSearch } from './pages/schedules/search.ts'
import { paths } from './paths.ts'
import { parseSearch, stringifySearch } from './search-params.ts'
import { NotFound } from './shell/NotFound.tsx'
import { AppError, PageError } from './shell/PageError.tsx'
import { Shell } from './shell/Shell.tsx'
import { PageSkeleton } from './ui/Skeletons.tsx'

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
})

/** Everything behind sign-in. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: Shell,
  errorComponent: AppError,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery)
    } catch (error) {
      throw isSignedOut(error) ? redirect(paths.signIn(location.href)) : error
    }
  },
})

const behindSignIn = () => app
const anybody = () => root

const Token = z.object({ token: z.string().optional().catch(undefined) })
const SetupSearch = Token.extend({ step: z.literal('paging').optional().catch(undefined) })
// Two slashes would begin the address of another host.
const ReturnTo = z.object({
  returnTo: z
    .string()
    .regex(/^\/(?![/\\])/)
    .optional()
    .catch(undefined),
})

const settings = createRoute({
  getParentRoute: behindSignIn,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/SettingsLayout.tsx'), 'SettingsLayout'),
})
const withinSettings = () => settings

/** Pages about who is reached, with tabs between them. */
const onCall = createRoute({
  getParentRoute: behindSignIn,
  id: 'on-call-tabs',
  component: lazyRouteComponent(() => import('./pages/on-call/OnCallLayout.tsx'), 'OnCallLayout'),
})
const withinOnCall = () => onCall

const pages = app.addChildren([
  createRoute({
    getParentRoute: behindSignIn,
    path: '/',
    beforeLoad: () => {
      throw redirect({ ...paths.incidents(), replace: true })
    },
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/incidents',
    validateSearch: IncidentSearch,
    loaderDeps: ({ search }) => search,
    loader: ({ context, deps }) =>
      void context.queryClient.prefetchInfiniteQuery(incidentList(filterOf(deps))),
    component: lazyRouteComponent(() => import('./pages/incidents/IncidentsPage.tsx'), 'IncidentsPage'),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/incidents/$number',
    // Not waited for: the page shows what it knows while the rest arrives.
    loader: ({ context, params }) => void context.queryClient.prefetchQuery(incidentOne(params.number)),
    component: lazyRouteComponent(() => import('./pages/incidents/IncidentPage.tsx'), 'IncidentPage'),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/services',
    component: lazyRouteComponent(() => import('./pages/services/ServicesPage.tsx'), 'ServicesPage'),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/services/$id',
    component: lazyRouteComponent(() => import('./pages/services/ServicePage.tsx'), 'ServicePage'),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/services/$id/integrations',
    component: lazyRouteComponent(
      () => import('./pages/services/ServiceIntegrationsPage.tsx'),
      'ServiceIntegrationsPage',
    ),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/services/$id/integrations/new',
    component: lazyRouteComponent(
      () => import('./pages/integrations/AddIntegrationPage.tsx'),
      'AddIntegrationPage',
    ),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/services/$id/settings',
    component: lazyRouteComponent(
      () => import('./pages/services/ServiceSettingsPage.tsx'),
      'ServiceSettingsPage',
    ),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/integrations',
    component: lazyRouteComponent(
      () => import('./pages/integrations/IntegrationsPage.tsx'),
      'IntegrationsPage',
    ),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/integrations/$ref',
    validateSearch: IntegrationSearch,
    component: lazyRouteComponent(
      () => import('./pages/integrations/IntegrationPage.tsx'),
      'IntegrationPage',
    ),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/maintenance',
    component: lazyRouteComponent(() => import('./pages/maintenance/MaintenancePage.tsx'), 'MaintenancePage'),
  }),
  onCall.addChildren([
    createRoute({
      getParentRoute: withinOnCall,
      path: '/on-call',
      component: lazyRouteComponent(() => import('./pages/on-call/OnCallPage.tsx'), 'OnCallPage'),
    }),
    createRoute({
      getParentRoute: withinOnCall,
      path: '/schedules',
      component: lazyRouteComponent(() => import('./pages/schedules/SchedulesPage.tsx'), 'SchedulesPage'),
    }),
    createRoute({
      getParentRoute: withinOnCall,
      path: '/escalation-policies',
      component: lazyRouteComponent(
        () => import('./pages/escalation-policies/PoliciesPage.tsx'),
        'PoliciesPage',
      ),
    }),
    createRoute({
      getParentRoute: withinOnCall,
      path: '/coverage',
      validateSearch: CoverageSearch,
      component: lazyRouteComponent(() => import('./pages/coverage/CoveragePage.tsx'), 'CoveragePage'),
    }),
  ]),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/schedules/new',
    component: lazyRouteComponent(() => import('./pages/schedules/NewSchedulePage.tsx'), 'NewSchedulePage'),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/schedules/$id',
    validateSearch: ScheduleSearch,
    component: lazyRouteComponent(() => import('./pages/schedules/SchedulePage.tsx'), 'SchedulePage'),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/schedules/$id/edit',
    component: lazyRouteComponent(() => import('./pages/schedules/EditSchedulePage.tsx'), 'EditSchedulePage'),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/escalation-policies/new',
    component: lazyRouteComponent(
      () => import('./pages/escalation-policies/NewPolicyPage.tsx'),
      'NewPolicyPage',
    ),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/escalation-policies/$id',
    component: lazyRouteComponent(() => import('./pages/escalation-policies/PolicyPage.tsx'), 'PolicyPage'),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/escalation-policies/$id/edit',
    component: lazyRouteComponent(
      () => import('./pages/escalation-policies/EditPolicyPage.tsx'),
      'EditPolicyPage',
    ),
  }),
  createRoute({
    getParentRoute: behindSignIn,
    path: '/notifications',
    validateSearch: NotificationSearch,
    component: lazyRouteComponent(
      () => import('./pages/notifications/NotificationsPage.tsx'),
      'NotificationsPage',
    ),
  }),
  settings.addChildren([
    createRoute({
      getParentRoute: withinSettings,
      path: '/',
      beforeLoad: () => {
        throw redirect({ ...paths.profile(), replace: true })
      },
    }),
    createRoute({
      getParentRoute: withinSettings,
      path: '/people',
      component: lazyRouteComponent(() => import('./pages/settings/PeoplePage.tsx'), 'PeoplePage'),
    }),
    createRoute({
      getParentRoute: withinSettings,
      path: '/teams',
      component: lazyRouteComponent(() => import('./pages/settings/TeamsPage.tsx'), 'TeamsPage'),
    }),
    createRoute({
      getParentRoute: withinSettings,
      path: '/people/$id',
      component: lazyRouteComponent(() => import('./pages/settings/PersonPage.tsx'), 'PersonPage'),
    }),
    createRoute({
      getParentRoute: withinSettings,
      path: '/channels',
      component: lazyRouteComponent(() => import('./pages/settings/ChannelsPage.tsx'), 'ChannelsPage'),
    }),
    createRoute({
      getParentRoute: withinSettings,
      path: '/channels/$channel',
      component: lazyRouteComponent(() => import('./pages/settings/ChannelPage.tsx'), 'ChannelPage'),
    }),
    createRoute({
      getParentRoute: withinSettings,
      path: '/api-keys',
      component: lazyRouteComponent(() => import('./pages/settings/ApiKeysPage.tsx'), 'ApiKeysPage'),
    }),
    createRoute({
      getParentRoute: withinSettings,
      path: '/audit-log',
      component: lazyRouteComponent(() => import('./pages/settings/AuditLogPage.tsx'), 'AuditLogPage'),
    }),
    createRoute({
      getParentRoute: withinSettings,
      path: '/profile',
      component: lazyRouteComponent(() => import('./pages/settings/ProfilePage.tsx'), 'ProfilePage'),
    }),
  ]),
])

const tree = root.addChildren([
  pages,
  createRoute({
    getParentRoute: anybody,
    path: '/sign-in',
    validateSearch: ReturnTo,
    component: lazyRouteComponent(() => import('./pages/sign-in/SignInPage.tsx'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: anybody,
    path: '/setup',
    validateSearch: SetupSearch,
    component: lazyRouteComponent(() => import('./pages/setup/SetupPage.tsx'), 'SetupPage'),
  }),
  createRoute({
    getParentRoute: anybody,
    path: '/password',
    validateSearch: Token,
    component: lazyRouteComponent(() => import('./pages/password/PasswordPage.tsx'), 'PasswordPage'),
  }),
  createRoute({
    getParentRoute: anybody,
    path: '/confirm',
    validateSearch: Token,
    component: lazyRouteComponent(() => import('./pages/confirm/ConfirmPage.tsx'), 'ConfirmPage'),
  }),
])

/** The pages behind their addresses; `history` is the browser's own unless a test brings another. */
export const createAppRouter = (queryClient: QueryClient, history?: RouterHistory) =>
  createRouter({
    routeTree: tree,
    ...(history && { history }),
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    // The query cache decides what is old.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 150,
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: PageError,
    scrollRestoration: true,
  })
