import { PageQuery, Problem } from '#contract/common.ts'
import { AuditPage } from '#contract/people.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { listAudit } from './store.ts'

export function auditRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/audit-log',
    {
      config: { access: 'configure' },
      schema: {
        tags: ['Audit log'],
        summary: 'Who changed what, when and from where',
        description: 'Newest first.',
        querystring: PageQuery,
        response: { 200: AuditPage, 400: Problem, 401: Problem, 403: Problem },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'configure')
      return listAudit(deps.db, query)
    },
  )
}
