import { IdParams, PageQuery, Problem } from '#contract/common.ts'
import { CreateUser, InvitedUser, UpdateUser, UserDetail, UserPage, UserView } from '#contract/people.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { idOf, toPage } from '../platform/pages.ts'
import { demand } from '../platform/principal.ts'
import { deleteRoute, refusals } from '../resource-routes.ts'
import { inviteUser, renewPasswordLink, updateUser } from './commands.ts'
import { deleteUser } from './delete-user.ts'
import { sendInvitation } from './invitations.ts'
import { toUserDetail } from './reach-views.ts'
import { getUser, listUsers } from './store.ts'
import { toInvitedUser, toUserView } from './views.ts'

const tags = ['People']

/** People: who they are, what they may do, how they come in and how they leave. */
export function userRoutes(app: App, deps: Deps): void {
  reading(app, deps)
  inviting(app, deps)

  app.patch(
    '/api/v1/users/:id',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Change somebody: name, role, time zone, locale; disable or enable them',
        description:
          'Disabling signs the person out everywhere at once, and nobody is paged who is disabled.',
        params: IdParams,
        body: UpdateUser,
        response: { 200: UserView, ...refusals, 404: Problem, 409: Problem },
      },
    },
    async (request) => toUserView(await updateUser(deps, request.principal, request.params.id, request.body)),
  )

  deleteRoute(
    app,
    {
      ...{ path: '/api/v1/users', tags, summary: 'Delete somebody' },
      description:
        'Ends their sessions and links and deletes their contact methods, rules and memberships; their name stays in what they did. Refused while a schedule or an escalation policy has them.',
    },
    (principal, id) => deleteUser(deps, principal, id),
  )
}

function reading(app: App, deps: Deps): void {
  app.get(
    '/api/v1/users',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List people',
        description: 'In the order in which they came.',
        querystring: PageQuery,
        response: { 200: UserPage, ...refusals },
      },
    },
    async ({ principal, query }) => {
      demand(principal, 'read')
      return toPage(await listUsers(deps.db, query), query.limit, idOf, toUserView)
    },
  )

  app.get(
    '/api/v1/users/:id',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Get somebody, with how they are reached',
        description: 'Addresses are masked for everybody but the person and administrators.',
        params: IdParams,
        response: { 200: UserDetail, ...refusals, 404: Problem },
      },
    },
    async ({ principal, params }) => {
      demand(principal, 'read')
      return toUserDetail(deps, principal, await getUser(deps.db, params.id))
    },
  )
}

function inviting(app: App, deps: Deps): void {
  app.post(
    '/api/v1/users',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Invite somebody',
        description:
          'The link is shown this once and works once, for 72 hours. It also goes to the person by e-mail where that is set up; otherwise hand it over yourself.',
        body: CreateUser,
        response: { 201: InvitedUser, ...refusals, 409: Problem },
      },
    },
    async ({ principal, body }, reply) => {
      demand(principal, 'configure')
      const invitation = await inviteUser(deps, principal, body)
      const delivery = await sendInvitation(deps, principal, invitation)
      return reply.code(201).send(toInvitedUser(invitation, delivery))
    },
  )

  app.post(
    '/api/v1/users/:id/password-link',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Make a new one-time link for setting the password',
        description:
          'Earlier links of this person stop working. Their sessions end once the link is used. It goes to them by e-mail too, where that is set up.',
        params: IdParams,
        response: { 200: InvitedUser, ...refusals, 404: Problem, 409: Problem },
      },
    },
    async ({ principal, params }) => {
      demand(principal, 'configure')
      const invitation = await renewPasswordLink(deps, principal, params.id)
      return toInvitedUser(invitation, await sendInvitation(deps, principal, invitation))
    },
  )
}
