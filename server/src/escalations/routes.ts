import { z } from 'zod'
import { IdParams, PageQuery, Problem } from '#contract/common.ts'
import {
  EscalationPolicyPage,
  EscalationPolicyView,
  PatchEscalationPolicy,
  PutEscalationPolicy,
} from '#contract/escalation-policies.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { createPolicy, deletePolicy, updatePolicy } from './policy-commands.ts'
import { getPolicyView, listPolicies } from './policy-store.ts'

const refusals = { 400: Problem, 401: Problem, 403: Problem }
const tags = ['Escalation policies']

/** Whom the incidents of services page, one step after the other. */
export function escalationRoutes(app: App, deps: Deps): void {
  readingRoutes(app, deps)
  changingRoutes(app, deps)
}

function readingRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/escalation-policies',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List escalation policies',
        description: 'In the order in which they were added.',
        querystring: PageQuery,
        response: { 200: EscalationPolicyPage, ...refusals },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'read')
      return listPolicies(deps.db, query)
    },
  )

  app.get(
    '/api/v1/escalation-policies/:id',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Get an escalation policy',
        params: IdParams,
        response: { 200: EscalationPolicyView, ...refusals, 404: Problem },
      },
    },
    async ({ principal, params }) => {
      demand(principal, 'read')
      return getPolicyView(deps.db, params.id)
    },
  )
}

function changingRoutes(app: App, deps: Deps): void {
  const config = { access: 'configure' } as const
  const response = { 200: EscalationPolicyView, ...refusals, 404: Problem, 409: Problem }

  app.post(
    '/api/v1/escalation-policies',
    {
      config,
      schema: {
        tags,
        summary: 'Create an escalation policy',
        description:
          'Waits are minutes from the step before; of the first step from when the incident opened. A person is paged once in each cycle.',
        body: PutEscalationPolicy,
        response: { 201: EscalationPolicyView, ...refusals, 409: Problem },
      },
    },
    async ({ principal, body }, reply) => reply.code(201).send(await createPolicy(deps, principal, body)),
  )

  app.put(
    '/api/v1/escalation-policies/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Replace an escalation policy',
        description: 'Incidents that run already finish on the version that they started with.',
        params: IdParams,
        body: PutEscalationPolicy,
        response,
      },
    },
    async ({ principal, params, body }) =>
      updatePolicy(deps, principal, params.id, { ...body, fallback: body.fallback ?? null }),
  )

  app.patch(
    '/api/v1/escalation-policies/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Change an escalation policy',
        description: 'Only the fields that are given change; a fallback of null means the administrators.',
        params: IdParams,
        body: PatchEscalationPolicy,
        response,
      },
    },
    async ({ principal, params, body }) => updatePolicy(deps, principal, params.id, body),
  )

  app.delete(
    '/api/v1/escalation-policies/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Delete an escalation policy',
        description: 'Refused while services have it. Incidents that run on it finish.',
        params: IdParams,
        response: {
          204: z.null().describe('Done; there is no body.'),
          ...refusals,
          404: Problem,
          409: Problem,
        },
      },
    },
    async ({ principal, params }, reply) => {
      await deletePolicy(deps, principal, params.id)
      return reply.code(204).send(null)
    },
  )
}
