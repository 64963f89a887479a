import type { Deps } from '../deps.ts'
import type { ApiResult } from '../integrations/sentry/api-result.ts'
import type { SentryClient } from '../integrations/sentry/client.ts'
import { addressOfRequest, type SentRequest } from '../integrations/sentry/sent-requests.ts'
import { addSeconds } from '../platform/clock.ts'
import { askSentry } from './ask.ts'
import { aheadMsOf } from './issue-state.ts'
import { neverArrived, onlyCertain } from './match-deliveries.ts'
import { readAddressesOfOthers, readArrived, readUncertainMinutes, recordMissing } from './missing-store.ts'
import type { Connected } from './reconcile-store.ts'

/** What is older has been compared before. */
const BACK_SECONDS = 24 * 3_600
/** Sentry answers so many at most; fewer are all that it knows. */
const LOG_MAX = 100

/**
 * Compares Sentry's log of deliveries with ours. Nothing depends on it: where Sentry does not answer, or has no such log, it is done
 * without.
 */
export async function findMissingDeliveries(
  deps: Deps,
  integration: Pick<Connected, 'id' | 'appSlug' | 'createdAt'>,
  signal: AbortSignal,
): Promise<void> {
  const { id, appSlug, createdAt } = integration
  if (!appSlug) return
  const all = await askSentry(deps, id, (client) => readLog(client, appSlug, false), { signal })
  if (all.outcome !== 'ok') return
  const failed = await askSentry(deps, id, (client) => readLog(client, appSlug, true), { signal })
  if (failed.outcome !== 'ok') return

  const now = deps.clock.now()
  const aheadMs = aheadMsOf(failed.headers, now)
  const bySentrysClock = (at: Date) => new Date(at.getTime() + aheadMs)
  const arrived = await readArrived(deps.db, id, latest(createdAt, addSeconds(now, -BACK_SECONDS)))
  const from = bySentrysClock(arrived.completeFrom)
  const sent = unique([...all.value, ...failed.value]).filter(({ at }) => at >= from)
  const missing = neverArrived(
    await withoutOthers(deps, id, sent),
    arrived.deliveries.map(({ kind, at }) => ({ kind, at: bySentrysClock(at) })),
  )
  const uncertain = await readUncertainMinutes(deps.db, id, arrived.completeFrom)
  await recordMissing(deps.db, id, {
    missing: onlyCertain(missing, { now: bySentrysClock(now), uncertain: uncertain.map(bySentrysClock) }),
    // Before that its log names failures only, and cannot show that something has arrived after all.
    certainFrom: all.value.length < LOG_MAX ? from : latest(from, oldest(all.value)),
    now,
  })
}

const NOT_FOUND = 404

/** Its path was another one in older versions. */
async function readLog(
  client: SentryClient,
  appSlug: string,
  errorsOnly: boolean,
): Promise<ApiResult<SentRequest[]>> {
  const asked = await client.sentRequests(appSlug, { path: 'webhook-requests', errorsOnly })
  return asked.outcome === 'rejected' && asked.status === NOT_FOUND
    ? client.sentRequests(appSlug, { path: 'requests', errorsOnly })
    : asked
}

/** A token can be that of an integration in Sentry which delivers to another integration here. */
async function withoutOthers(deps: Deps, id: string, sent: readonly SentRequest[]): Promise<SentRequest[]> {
  const addresses = sent.flatMap((one) => addressOfRequest(one) ?? [])
  const others = await readAddressesOfOthers(deps.db, id, addresses)
  return sent.filter((one) => !others.has(addressOfRequest(one) ?? ''))
}

const unique = (sent: readonly SentRequest[]): SentRequest[] => [
  ...new Map(sent.map((one) => [`${one.at.getTime()} ${one.eventType} ${one.responseCode}`, one])).values(),
]

const latest = (a: Date, b: Date) => (a > b ? a : b)
const oldest = (sent: readonly SentRequest[]) =>
  sent.reduce((found, { at }) => (at < found ? at : found), sent[0]?.at ?? new Date(0))
