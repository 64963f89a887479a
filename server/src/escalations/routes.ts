import {
  EscalationPolicyPage,
  EscalationPolicyView,
  PatchEscalationPolicy,
  PutEscalationPolicy,
} from '#contract/escalation-policies.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { changeRoute, createRoute, deleteRoute, getRoute, listRoute } from '../resource-routes.ts'
import { createPolicy, deletePolicy, updatePolicy } from './policy-commands.ts'
import { getPolicyView, listPolicies } from './policy-store.ts'

/** Whom the incidents of services page, one step after the other. */
export function escalationRoutes(app: App, deps: Deps): void {
  const policies = { path: '/api/v1/escalation-policies', tags: ['Escalation policies'] }
  const answer = EscalationPolicyView

  listRoute(
    app,
    {
      ...policies,
      summary: 'List escalation policies',
      description: 'In the order in which they were added.',
      answer: EscalationPolicyPage,
    },
    (query) => listPolicies(deps.db, query),
  )

  getRoute(app, { ...policies, summary: 'Get an escalation policy', answer }, (id) =>
    getPolicyView(deps.db, id),
  )

  createRoute(
    app,
    {
      ...policies,
      summary: 'Create an escalation policy',
      description:
        'Waits are minutes from the step before; of the first step from when the incident opened. A person is paged once in each cycle.',
      body: PutEscalationPolicy,
      answer,
    },
    (principal, body) => createPolicy(deps, principal, body),
  )

  changeRoute(
    app,
    'PUT',
    {
      ...policies,
      summary: 'Replace an escalation policy',
      description: 'Incidents that run already finish on the version that they started with.',
      body: PutEscalationPolicy,
      answer,
    },
    (principal, id, body) => updatePolicy(deps, principal, id, { ...body, fallback: body.fallback ?? null }),
  )

  changeRoute(
    app,
    'PATCH',
    {
      ...policies,
      summary: 'Change an escalation policy',
      description: 'Only the fields that are given change; a fallback of null means the administrators.',
      body: PatchEscalationPolicy,
      answer,
    },
    (principal, id, body) => updatePolicy(deps, principal, id, body),
  )

  deleteRoute(
    app,
    {
      ...policies,
      summary: 'Delete an escalation policy',
      description: 'Refused while services have it. Incidents that run on it finish.',
    },
    (principal, id) => deletePolicy(deps, principal, id),
  )
}
