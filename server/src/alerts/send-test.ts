import { Problem } from '#contract/common.ts'
import { type DeliveryAnswer, WebhookAnswer } from '#contract/integrations.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { integrationOfType } from '../integrations/index.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { getIntegration } from '../services/integration-store.ts'
import { integrationNotFound } from './model.ts'
import { DELIVERY_ID_HEADER } from './receive.ts'

/** Sends what the tool would send, signed with the integration's secret, through the same door. */
export async function sendTestAlert(
  app: App,
  { db, clock, secrets }: Deps,
  principal: Principal | null,
  integrationId: string,
): Promise<DeliveryAnswer> {
  demand(principal, 'act')
  const integration = await getIntegration(db, integrationId)
  const tool = integrationOfType(integration.type)
  if (!tool) throw integrationNotFound()
  const { headers, body } = tool.testDelivery(clock.now())
  const payload = Buffer.from(JSON.stringify(body))
  const secret = integration.signing_secret && secrets.open(integration.signing_secret)
  const door =
    integration.type === 'events'
      ? { url: '/api/events', authorization: `Token token=${integration.address}` }
      : { url: `/api/integrations/${integration.type}?integrationId=${integration.address}` }

  const response = await app.inject({
    method: 'POST',
    url: door.url,
    headers: {
      'content-type': 'application/json',
      ...headers,
      ...(door.authorization ? { authorization: door.authorization } : {}),
      ...(secret ? tool.authentication.sign(payload, secret) : {}),
    },
    payload,
  })
  const deliveryId = String(response.headers[DELIVERY_ID_HEADER] ?? '')
  const base = { deliveryId, httpStatus: response.statusCode }
  const answer = WebhookAnswer.safeParse(response.json()).data
  if (!answer)
    return { ...base, outcome: 'rejected', reason: Problem.parse(response.json()).detail, result: null }
  const { result } = answer
  return {
    ...base,
    outcome: result.action === 'ignored' ? 'ignored' : 'accepted',
    reason: result.reason ?? null,
    result,
  }
}
