import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { feedRoutes } from './feed-routes.ts'
import { onCallRoutes } from './on-call-routes.ts'
import { overrideRoutes } from './override-routes.ts'
import { scheduleRoutes } from './schedule-routes.ts'
import { swapRoutes } from './swap-routes.ts'

/** Schedules, who is on call, and how shifts change hands. */
export function onCallSlice(app: App, deps: Deps): void {
  scheduleRoutes(app, deps)
  overrideRoutes(app, deps)
  onCallRoutes(app, deps)
  swapRoutes(app, deps)
  feedRoutes(app, deps)
}
