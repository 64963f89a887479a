import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { EventResult } from '#contract/integrations.ts'
import type { Deps } from '../deps.ts'
import type { Integration } from '../integrations/types.ts'
import { AppError } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import type { InstalledIntegration } from '../services/directory.ts'
import type { WireBody } from './body.ts'
import { integrationActor } from './fold.ts'
import type { Ingest } from './ingest.ts'
import { type Judged, judge } from './judge.ts'
import type { DeliveryRecord, Receipt, Source } from './model.ts'

export type Received = { receipt: Receipt; verdict: Judged['verdict'] }

/** Judges a request, waits until it is recorded with everything it causes, and says what became of it. */
export async function receive(
  { clock }: Pick<Deps, 'clock'>,
  ingest: Ingest,
  tool: Integration,
  installed: InstalledIntegration,
  request: { headers: IncomingHttpHeaders; wire: WireBody },
): Promise<Received> {
  const at = clock.now()
  const judged = await judge(tool, installed, request.headers, request.wire)
  const { verdict, body, kind } = judged
  const source = sourceOf(installed)
  const record = {
    id: newId(at),
    kind,
    headers: keptHeaders(request.headers),
    replayOf: null,
    replayedBy: null,
  }
  const receipt = await ingest.submit({
    at,
    serviceId: installed.serviceId,
    actor: integrationActor(source),
    source,
    verdict,
    isReplay: false,
    delivery: {
      ...record,
      ...keptBody(body, request.wire, verdict.outcome === 'rejected'),
      idempotencyKey: idempotencyKeyOf(tool, request.headers, body),
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

export const sourceOf = ({ ref, name, settings }: InstalledIntegration): Source => ({
  ref,
  name,
  newIncidentsPerMinute: settings.newIncidentsPerMinute,
  storedBodiesPerMinute: settings.storedBodiesPerMinute,
})

const REJECTED_KEPT_BYTES = 4 * 1024

/** What was refused keeps its beginning: enough to see what it was, not enough to fill a disk. */
function keptBody(
  body: Buffer,
  wire: WireBody,
  isRejected: boolean,
): Pick<DeliveryRecord, 'body' | 'bodyBytes' | 'bodyTruncated'> {
  const kept = isRejected ? body.subarray(0, REJECTED_KEPT_BYTES) : body
  return { body: kept, bodyBytes: body.length, bodyTruncated: wire.isTooLarge || kept.length < body.length }
}

const SECRET_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key'])

/** Without credentials. Of a signature only that it was there is kept: with the body it would be a valid delivery. */
function keptHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (value === undefined || SECRET_HEADERS.has(name)) return []
      return [[name, name.endsWith('-signature') ? '[present]' : value]]
    }),
  )
}

/** The same key with another body is another message: nothing is lost to a tool that repeats keys by mistake. */
function idempotencyKeyOf(tool: Integration, headers: IncomingHttpHeaders, body: Buffer): Buffer | null {
  const key = tool.idempotencyKey({ headers, rawBody: body })
  return key ? createHash('sha256').update(key).update('\0').update(body).digest() : null
}

/** Tells a sender under which id its delivery is in the log, also when it was refused. */
export const DELIVERY_ID_HEADER = 'opsknight-delivery-id'
