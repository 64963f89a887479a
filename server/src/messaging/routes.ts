import {
  ChannelPage,
  ChannelParams,
  ChannelSettings,
  ChannelView,
  TestChannel,
  TestChannelResult,
} from '#contract/channels.ts'
import { Problem } from '#contract/common.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand } from '../platform/principal.ts'
import { noContent } from '../resource-routes.ts'
import {
  deleteChannelSettings,
  readChannel,
  readChannels,
  setChannelSettings,
  testChannel,
} from './commands.ts'
import { toView } from './views.ts'

const refusals = { 400: Problem, 401: Problem, 403: Problem, 404: Problem }
const tags = ['Channels']

/** The ways on which pages go out: whether each can be used, and what it needs. */
export function channelRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/v1/channels',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'List channels',
        description:
          'All of them, with why one cannot be used. What is entered is shown to administrators, secrets to nobody.',
        response: { 200: ChannelPage, 401: Problem, 403: Problem },
      },
    },
    async ({ principal }) => {
      demand(principal, 'read')
      const states = await readChannels(deps)
      return { items: states.map((state) => toView(state, principal)), nextCursor: null }
    },
  )

  app.get(
    '/api/v1/channels/:channel',
    {
      config: { access: 'read' },
      schema: {
        tags,
        summary: 'Get a channel',
        params: ChannelParams,
        response: { 200: ChannelView, ...refusals },
      },
    },
    async ({ principal, params }) => {
      demand(principal, 'read')
      return toView(await readChannel(deps, params.channel), principal)
    },
  )

  app.put(
    '/api/v1/channels/:channel/settings',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Set a channel up',
        description: 'Replaces what was entered; a secret that is left out or empty stays as it is.',
        params: ChannelParams,
        body: ChannelSettings,
        response: { 200: ChannelView, ...refusals, 409: Problem },
      },
    },
    async ({ principal, params, body }) => {
      await setChannelSettings(deps, principal, params.channel, body)
      demand(principal, 'read')
      return toView(await readChannel(deps, params.channel), principal)
    },
  )

  app.delete(
    '/api/v1/channels/:channel/settings',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Forget what was entered for a channel',
        params: ChannelParams,
        response: { 204: noContent, ...refusals },
      },
    },
    async ({ principal, params }, reply) => {
      await deleteChannelSettings(deps, principal, params.channel)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/channels/:channel/test',
    {
      config: { access: 'configure' },
      schema: {
        tags,
        summary: 'Send a test message',
        description:
          "To the address given, or to the caller's own contact method. Answers once the provider has.",
        params: ChannelParams,
        body: TestChannel,
        response: { 200: TestChannelResult, ...refusals },
      },
    },
    async ({ principal, params, body }) => testChannel(deps, principal, params.channel, body),
  )
}
