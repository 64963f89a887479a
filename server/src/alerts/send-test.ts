import { Problem } from '#contract/common.ts'
import { type DeliveryAnswer, WebhookAnswer } from '#contract/integrations.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { integrationOfType } from '../integrations/index.ts'
import { AppError } from '../platform/errors.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { openOrNull } from '../platform/secrets.ts'
import type { Integration } from '../services/integration-model.ts'
import { getIntegration } from '../services/integration-store.ts'
import { integrationNotFound } from './model.ts'
import { DELIVERY_ID_HEADER } from './receive.ts'

/**
 * Sends what the tool would send, signed with the integration's secret, through the same door. Throws what the door
 * answers when it does not even come to a delivery.
 */
export async function sendTestAlert(
  app: App,
  deps: Deps,
  principal: Principal | null,
  integrationId: string,
): Promise<DeliveryAnswer> {
  demand(principal, 'act')
  const integration = await getIntegration(deps.db, integrationId)
  const tool = integrationOfType(integration.type)
  if (!tool) throw integrationNotFound()
  const { headers, body } = tool.testDelivery(deps.clock.now())
  const payload = Buffer.from(JSON.stringify(body))
  const secret = secretOf(deps, integration)
  const { url, ...credentials } = doorOf(integration)
  const signature = secret ? tool.authentication.sign(payload, secret) : {}
  const response = await app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers, ...credentials, ...signature },
    payload,
  })
  return outcomeOf(response)
}

/** One that was sealed with another key signs nothing; the door says what is wrong with it. */
function secretOf({ secrets, log }: Deps, { id, signing_secret: sealed }: Integration): string | null {
  const secret = sealed && openOrNull(secrets, sealed)
  if (sealed && secret === null) log.error({ ref: id }, 'integration.unreadable')
  return secret
}

const doorOf = ({ type, address }: Integration): { url: string; authorization?: string } =>
  type === 'events'
    ? { url: '/api/events', authorization: `Token token=${address}` }
    : { url: `/api/integrations/${type}?integrationId=${address}` }

function outcomeOf(response: Awaited<ReturnType<App['inject']>>): DeliveryAnswer {
  const header = response.headers[DELIVERY_ID_HEADER]
  const deliveryId = header === undefined ? null : String(header)
  const answer = WebhookAnswer.safeParse(response.json()).data
  const problem = answer ? null : Problem.parse(response.json())
  if (problem && !deliveryId) throwUnanswered(problem)
  const base = { deliveryId, httpStatus: response.statusCode }
  if (!answer) return { ...base, outcome: 'rejected', reason: problem?.detail ?? null, result: null }
  const { result } = answer
  const outcome = result.action === 'ignored' ? 'ignored' : 'accepted'
  return { ...base, outcome, reason: result.reason ?? null, result }
}

/** It came to no delivery: whoever pressed the button gets the answer of the door as their own. A refusal that was only counted is one. */
function throwUnanswered({ status, detail }: Problem): void {
  if (status === 404) throw integrationNotFound()
  if (status === 503) throw new AppError('unavailable', detail, { retryAfterSeconds: 5 })
  if (status >= 500) throw new Error(`A test alert was answered with ${status}: ${detail}`)
}
