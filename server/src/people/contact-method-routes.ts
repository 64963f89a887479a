import { IdParams, Problem } from '#contract/common.ts'
import {
  Confirmation,
  ConfirmContactMethod,
  ContactMethodPage,
  ContactMethodView,
  ContactMethodWithCode,
  CreateContactMethod,
  NotificationRules,
  PutNotificationRules,
  TestPage,
  UpdateContactMethod,
  VerifyContactMethod,
  WebhookSecret,
} from '#contract/contact-methods.ts'
import type { App } from '../app.ts'
import { channelOf } from '../channels/index.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { noContent } from '../resource-routes.ts'
import { addContactMethod, deleteContactMethod, resendCode, updateContactMethod } from './contact-methods.ts'
import { notificationRulesOf, putNotificationRules } from './notification-rules.ts'
import {
  contactMethodViews,
  notificationRuleViews,
  toContactMethodView,
  toContactMethodWithCode,
} from './reach-views.ts'
import { getUser } from './store.ts'
import { sendTestPage } from './test-page.ts'
import { confirmContactMethod, lookUpConfirmation, verifyContactMethod } from './verify-contact-method.ts'
import { showSigningSecret } from './webhook-secret.ts'

const refusals = { 400: Problem, 401: Problem, 403: Problem, 404: Problem }
const tags = ['Contact methods']

/** How people are reached: their addresses, the proof that these are theirs, and when each is used. */
export function contactMethodRoutes(app: App, deps: Deps): void {
  addresses(app, deps)
  changes(app, deps)
  proofs(app, deps)
  confirmations(app, deps)
  secrets(app, deps)
  rules(app, deps)
}

function addresses(app: App, deps: Deps): void {
  app.get(
    '/api/v1/users/:id/contact-methods',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: "List somebody's contact methods",
        description: 'Addresses are masked for everybody but the person and administrators.',
        params: IdParams,
        response: {
          200: ContactMethodPage,
          ...refusals,
        },
      },
    },
    async ({ principal, params }) => {
      demand(principal, 'read')
      const { id } = await getUser(deps.db, params.id)
      return { items: await contactMethodViews(deps, principal, id), nextCursor: null }
    },
  )

  app.post(
    '/api/v1/users/:id/contact-methods',
    {
      config: { access: 'own' },
      schema: {
        tags,
        summary: 'Add a contact method',
        description:
          'A message with a code of six digits, or with a link, goes to the address; until it is verified no page does. When the code could not be sent, `codeProblem` says why.',
        params: IdParams,
        body: CreateContactMethod,
        response: { 201: ContactMethodWithCode, ...refusals, 409: Problem, 429: Problem },
      },
    },
    async ({ principal, params, body }, reply) => {
      const added = await addContactMethod(deps, principal, params.id, body)
      return reply.code(201).send(await toContactMethodWithCode(deps, added))
    },
  )
}

function changes(app: App, deps: Deps): void {
  app.patch(
    '/api/v1/contact-methods/:id',
    {
      config: { access: 'own' },
      schema: {
        tags,
        summary: 'Name a contact method',
        description: 'Its address cannot be changed: add the new one and delete this one.',
        params: IdParams,
        body: UpdateContactMethod,
        response: { 200: ContactMethodView, ...refusals },
      },
    },
    async ({ principal, params, body }) =>
      toContactMethodView(deps, await updateContactMethod(deps, principal, params.id, body)),
  )

  app.delete(
    '/api/v1/contact-methods/:id',
    {
      config: { access: 'own' },
      schema: {
        tags,
        summary: 'Delete a contact method',
        description: 'The notification rules that use it go with it.',
        params: IdParams,
        response: { 204: noContent, ...refusals },
      },
    },
    async ({ principal, params }, reply) => {
      await deleteContactMethod(deps, principal, params.id)
      return reply.code(204).send(null)
    },
  )
}

function secrets(app: App, deps: Deps): void {
  app.post(
    '/api/v1/contact-methods/:id/signing-secret',
    {
      config: { access: 'own' },
      schema: {
        tags,
        summary: 'Show what requests to a webhook are signed with',
        description:
          'As Standard Webhooks have it. It belongs to the address, so it is the same every time; the address must be verified. Who asked is in the audit log.',
        params: IdParams,
        response: { 200: WebhookSecret, ...refusals, 409: Problem },
      },
    },
    async ({ principal, params }) => ({ signingSecret: await showSigningSecret(deps, principal, params.id) }),
  )
}

function proofs(app: App, deps: Deps): void {
  app.post(
    '/api/v1/contact-methods/:id/verify',
    {
      config: { access: 'own' },
      schema: {
        tags,
        summary: 'Verify a contact method by the code that was sent to it',
        description:
          'A code works for 10 minutes and can be tried 5 times. The first verified contact method of a person is used at once for every urgency, until they have other rules.',
        params: IdParams,
        body: VerifyContactMethod,
        response: { 200: ContactMethodView, ...refusals, 410: Problem },
      },
    },
    async ({ principal, params, body }) =>
      toContactMethodView(deps, await verifyContactMethod(deps, principal, params.id, body.code)),
  )

  app.post(
    '/api/v1/contact-methods/:id/resend',
    {
      config: { access: 'own' },
      schema: {
        tags,
        summary: 'Send a new code',
        description: 'The one before stops working. At most 5 codes an hour go to one address.',
        params: IdParams,
        response: { 200: ContactMethodWithCode, ...refusals, 409: Problem, 429: Problem },
      },
    },
    async ({ principal, params }) =>
      toContactMethodWithCode(deps, await resendCode(deps, principal, params.id)),
  )

  app.post(
    '/api/v1/contact-methods/:id/test',
    {
      config: { access: 'own' },
      schema: {
        tags,
        summary: 'Send a test page',
        description: 'It takes the way of every page; the log of pages says what became of it.',
        params: IdParams,
        response: { 202: TestPage, ...refusals, 409: Problem, 429: Problem },
      },
    },
    async ({ principal, params }, reply) =>
      reply.code(202).send({ pageId: await sendTestPage(deps, principal, params.id) }),
  )
}

function confirmations(app: App, deps: Deps): void {
  const failures = { 400: Problem, 403: Problem, 410: Problem, 429: Problem }

  app.post(
    '/api/v1/contact-methods/confirmation/lookup',
    {
      config: { access: 'public' },
      schema: {
        tags,
        security: [],
        summary: 'Whose address the link of a code would confirm',
        body: ConfirmContactMethod,
        response: { 200: Confirmation, ...failures },
      },
    },
    async ({ body, ip }) => toConfirmation(await lookUpConfirmation(deps, body.token, ip)),
  )

  app.post(
    '/api/v1/contact-methods/confirmation',
    {
      config: { access: 'public' },
      schema: {
        tags,
        security: [],
        summary: 'Verify a contact method by the link that was sent to it',
        description: 'What the button behind the link does. Opening the link itself changes nothing.',
        body: ConfirmContactMethod,
        response: { 200: Confirmation, ...failures },
      },
    },
    async ({ body, ip }) => toConfirmation(await confirmContactMethod(deps, body.token, ip)),
  )
}

function toConfirmation({
  person,
  method: { channel, address },
}: Awaited<ReturnType<typeof lookUpConfirmation>>): Confirmation {
  return { name: person.name, channel, channelName: channelOf(channel)?.name ?? channel, address }
}

function rules(app: App, deps: Deps): void {
  app.get(
    '/api/v1/users/:id/notification-rules',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: "List somebody's notification rules",
        description: 'By urgency and delay. `skipped` says why one would not be used now.',
        params: IdParams,
        response: { 200: NotificationRules, ...refusals },
      },
    },
    async ({ principal, params }) => {
      demand(principal, 'read')
      const { id } = await getUser(deps.db, params.id)
      return notificationRuleViews(deps, id, await notificationRulesOf(deps.db, id))
    },
  )

  app.put(
    '/api/v1/users/:id/notification-rules',
    {
      config: { access: 'own' },
      schema: {
        tags,
        summary: "Replace somebody's notification rules",
        description:
          'Which contact method is used how many minutes after a page is due; 0 is at once. For an urgency without rules every verified contact method is used at once.',
        params: IdParams,
        body: PutNotificationRules,
        response: { 200: NotificationRules, ...refusals },
      },
    },
    async ({ principal, params, body }) => {
      const put = await putNotificationRules(deps, principal, params.id, body)
      const { id } = await getUser(deps.db, params.id)
      return notificationRuleViews(deps, id, put)
    },
  )
}
