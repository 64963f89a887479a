import { z } from 'zod'
import { Problem } from '#contract/common.ts'
import type { App } from '../app.ts'
import { makeVapidKeys } from '../channels/push/vapid.ts'
import { readOwnKeys } from './own-keys.ts'
import type { MessagingDeps } from './settings.ts'

const PushKey = z.object({
  publicKey: z.string().describe('`applicationServerKey` of a subscription, in base64url.'),
})

/** What a browser needs to subscribe. */
export function pushRoutes(app: App, deps: MessagingDeps): void {
  app.get(
    '/api/v1/push/key',
    {
      config: { access: 'read' },
      schema: {
        tags: ['Channels'],
        summary: 'The public key that browsers subscribe to',
        description: 'Made by this installation once; the same for everybody.',
        response: { 200: PushKey, 401: Problem },
      },
    },
    async () => {
      const { publicKey = '' } = await readOwnKeys(deps, 'push', makeVapidKeys)
      return { publicKey }
    },
  )
}
