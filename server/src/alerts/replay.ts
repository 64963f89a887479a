import type { DeliveryAnswer } from '#contract/integrations.ts'
import type { Deps } from '../deps.ts'
import { integrationOfType } from '../integrations/index.ts'
import { AppError } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import { demand, type Principal } from '../platform/principal.ts'
import type { Directory } from '../services/directory.ts'
import { getIntegration } from '../services/integration-store.ts'
import type { Ingest } from './ingest.ts'
import { idempotencyKeyOf, messageId, translated } from './judge.ts'
import { getDelivery } from './log-store.ts'
import { integrationNotFound } from './model.ts'
import { sourceOf } from './receive.ts'

/**
 * Translates a stored body again, with the settings of now, and without signature, idempotency or budget. It is
 * recorded as a delivery of its own, with whoever asked for it. Throws `delivery_truncated` when its body was not
 * kept whole.
 */
export async function replayDelivery(
  deps: Deps,
  { ingest, directory }: { ingest: Ingest; directory: Directory },
  principal: Principal | null,
  deliveryId: string,
): Promise<DeliveryAnswer> {
  demand(principal, 'act')
  const stored = await getDelivery(deps.db, deliveryId)
  if (!stored.body || stored.body_truncated) {
    throw new AppError(
      'delivery_truncated',
      'The body of this delivery was not kept whole, so it cannot be replayed. Send it again from its tool.',
    )
  }
  const { address, type } = await getIntegration(deps.db, stored.integration_id)
  const installed = await directory.find(type, address)
  const tool = integrationOfType(type)
  if (!installed || !tool) throw integrationNotFound()

  const at = deps.clock.now()
  const delivery = { headers: stored.headers, rawBody: stored.body }
  const replayOf = stored.replay_of ?? stored.id
  const id = messageId(idempotencyKeyOf(tool, delivery), replayOf)
  const verdict = translated(tool, installed, { ...delivery, id })
  const record = {
    kind: tool.kindOf(delivery),
    headers: stored.headers,
    body: stored.body,
    idempotencyKey: null,
  }
  const receipt = await ingest.submit({
    at,
    serviceId: installed.serviceId,
    actor: principal.actor,
    source: sourceOf(installed),
    verdict,
    isReplay: true,
    delivery: {
      ...record,
      id: newId(at),
      bodyBytes: stored.body.length,
      bodyTruncated: false,
      replayOf,
      replayedBy: principal.actor,
    },
  })
  const { outcome, reason, result, deliveryId: newDeliveryId } = receipt
  const httpStatus = verdict.outcome === 'rejected' ? verdict.httpStatus : 202
  return { deliveryId: newDeliveryId, outcome, httpStatus, reason, result }
}
