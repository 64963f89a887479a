import { Failure } from '../../server/src/platform/failure.ts'
import type { OnCall } from './people.ts'

/** An alert that opened an incident. Times by `performance.now()`. */
export type Alert = { email: string; number: number; sentAt: number; answeredAt: number }

/** Sends an alert about a new problem, as a monitoring tool does. */
export async function trigger(port: number, { email, key }: OnCall, problem: string): Promise<Alert> {
  const sentAt = performance.now()
  const answer = await fetch(`http://127.0.0.1:${port}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Token token=${key}` },
    body: JSON.stringify({
      event_action: 'trigger',
      dedup_key: problem,
      payload: { summary: problem, source: 'bench', severity: 'critical' },
    }),
  })
  const answeredAt = performance.now()
  const body = (await answer.json()) as { result?: { action?: string; incident?: { number: number } } }
  const number = body.result?.incident?.number
  if (answer.status !== 202 || body.result?.action !== 'triggered' || number === undefined)
    throw new Failure(`An alert was answered ${answer.status}: ${JSON.stringify(body)}`)
  return { email, number, sentAt, answeredAt }
}
