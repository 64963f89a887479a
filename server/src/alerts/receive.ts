import type { IncomingHttpHeaders } from 'node:http'
import type { EventResult } from '#contract/integrations.ts'
import type { Deps } from '../deps.ts'
import type { Integration } from '../integrations/types.ts'
import { AppError } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import type { InstalledIntegration } from '../services/directory.ts'
import type { WireBody } from './body.ts'
import { integrationActor } from './fold.ts'
import { keptHeaders } from './headers.ts'
import type { Ingest } from './ingest.ts'
import { type Judged, judge } from './judge.ts'
import type { Receipt, Source } from './model.ts'

/** A request to an integration, under the address that it was sent to, from the client at `ip`. */
export type Delivered = { address: string; ip: string; headers: IncomingHttpHeaders; wire: WireBody }

export type Received = { receipt: Receipt; verdict: Judged['verdict'] }

/** Judges a request, waits until it is recorded with everything it causes, and says what became of it. */
export async function receive(
  { clock }: Pick<Deps, 'clock'>,
  ingest: Ingest,
  tool: Integration,
  installed: InstalledIntegration,
  { address, ip, headers, wire }: Delivered,
): Promise<Received> {
  const at = clock.now()
  const id = newId(at)
  const { verdict, body, kind, bodyBytes, isTruncated, idempotencyKey } = await judge(tool, installed, {
    id,
    headers,
    wire,
  })
  const source = sourceOf(installed)
  const receipt = await ingest.submit({
    at,
    serviceId: installed.serviceId,
    actor: integrationActor(source),
    source,
    verdict,
    address: ip,
    isReplay: false,
    delivery: {
      id,
      kind,
      headers: keptHeaders(headers, address),
      body,
      bodyBytes,
      bodyTruncated: isTruncated,
      replayOf: null,
      replayedBy: null,
      idempotencyKey,
    },
  })
  return { receipt, verdict }
}

/** The answer to a tool, or the error that it gets. */
export function answerTo({ receipt, verdict }: Received): { status: 'success'; result: EventResult } {
  if (verdict.outcome === 'rejected') {
    throw new AppError(verdict.code, verdict.reason, verdict.errors ? { errors: verdict.errors } : {})
  }
  return { status: 'success', result: receipt.result ?? { action: 'ignored' } }
}

export const sourceOf = ({ ref, name, settings, isSystem, isConnected }: InstalledIntegration): Source => ({
  ref,
  name,
  newIncidentsPerMinute: settings.newIncidentsPerMinute,
  storedBodiesPerMinute: settings.storedBodiesPerMinute,
  isSystem,
  isConnected,
})

/** Tells a sender under which id its delivery is in the log, also when it was refused. */
export const DELIVERY_ID_HEADER = 'opsknight-delivery-id'
