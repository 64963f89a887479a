import type { FastifyInstance } from 'fastify'
import type { Deps } from '../deps.ts'
import { apiRoutes } from './api-routes.ts'
import { linkRoutes } from './link-routes.ts'
import { acceptForms, type ReplyRoutes } from './provider.ts'
import { slackRoutes } from './slack/routes.ts'
import { gatewayRoutes } from './sms-gateway/routes.ts'
import { telegramRoutes } from './telegram/routes.ts'
import { tokenReader } from './tokens.ts'
import { twilioRoutes } from './twilio/routes.ts'

/** Every way on which answers to pages come back. */
const providers: readonly ReplyRoutes[] = [
  linkRoutes,
  apiRoutes,
  twilioRoutes,
  gatewayRoutes,
  slackRoutes,
  telegramRoutes,
]

/** Answers to pages: from the links of messages, from apps and from providers. */
export async function replyRoutes(app: FastifyInstance, deps: Deps): Promise<void> {
  const pageIdOf = tokenReader(deps)
  for (const routes of providers) {
    await app.register(async (scope) => {
      acceptForms(scope)
      routes(scope, deps, pageIdOf)
    })
  }
}
