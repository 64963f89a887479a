import type { Deps } from '../deps.ts'
import type { ApiResult } from '../integrations/sentry/api-result.ts'
import type { SentryClient } from '../integrations/sentry/client.ts'
import { answersOf } from './answers.ts'
import { type Connection, findConnection, toConnection } from './connection-store.ts'
import { findClosed } from './hosts.ts'
import { clientOf } from './line.ts'

/** Nothing is asked of Sentry now: why, and until when; null: until somebody has seen to it. */
export type Off = { outcome: 'off'; reason: string; until: Date | null }

/** What is about to be done: where Sentry refuses one, the other goes on. */
export type Use = 'reads' | 'writes' | 'either'

type Options = { signal?: AbortSignal; use?: Use }

/**
 * Asks Sentry something, unless the connection is paused or refused, or its host is left alone. What follows from each answer for
 * all of that is noted by the client itself. Errors of the database are thrown.
 */
export async function askSentry<Value>(
  deps: Deps,
  integrationId: string,
  ask: (client: SentryClient, connection: Connection) => Promise<ApiResult<Value>>,
  options: Options = {},
): Promise<ApiResult<Value> | Off> {
  const line = await openLine(deps, integrationId, options)
  return 'client' in line ? ask(line.client, line.connection) : line
}

export type Line = { client: SentryClient; connection: Connection }

/** The way to a Sentry, where it is open. Whoever gets it makes use of it: it may be the one try that a host is given. */
export async function openLine(
  deps: Deps,
  integrationId: string,
  { signal = new AbortController().signal, use = 'reads' }: Options = {},
): Promise<Line | Off> {
  const now = deps.clock.now()
  const row = await findConnection(deps.db, integrationId)
  if (!row) return off('The integration is not connected to Sentry')
  const connection = toConnection(row, deps.secrets)
  const heard = answersOf(deps, connection, now, signal)
  const client = clientOf(deps, connection, { signal, heard })
  if (!client)
    return off('The token cannot be read, as OPSKNIGHT_SECRET_KEY is another one now. Enter it again.')
  if (isRefused(connection, use)) return off(row.refusal ?? 'Sentry has refused the token')
  if (connection.pausedUntil && connection.pausedUntil > now)
    return off('Sentry asks for a pause', connection.pausedUntil)
  const closed = await findClosed(deps.db, connection.url, now)
  return closed ? off(closed.problem, closed.until) : { client, connection }
}

const isRefused = ({ readsRefused, writesRefused }: Connection, use: Use) =>
  use === 'reads' ? readsRefused : use === 'writes' ? writesRefused : readsRefused && writesRefused

const off = (reason: string, until: Date | null = null): Off => ({ outcome: 'off', reason, until })
