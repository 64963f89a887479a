import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { apiKeyRoutes } from './api-key-routes.ts'
import type { Auth } from './auth.ts'
import { contactMethodRoutes } from './contact-method-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import { teamRoutes } from './team-routes.ts'
import { userRoutes } from './user-routes.ts'

/** People, how they come in and are reached, their teams, and the keys of programs. */
export function peopleRoutes(app: App, deps: Deps, auth: Auth): void {
  sessionRoutes(app, deps, auth)
  userRoutes(app, deps)
  contactMethodRoutes(app, deps)
  teamRoutes(app, deps)
  apiKeyRoutes(app, deps)
}
