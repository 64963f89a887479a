import type { SentrySettings } from '#contract/integrations.ts'
import type { Translation } from '../types.ts'
import {
  type Facts,
  type Intent,
  isUnreadable,
  keyOf,
  keyOfBytes,
  toAlertEvent,
  unreadableAlert,
} from './facts.ts'
import { filteredBy } from './filters.ts'
import { type Fields, line, object } from './payload.ts'

/** What every kind of message is translated with. */
export type Context = { body: Fields; rawBody: Buffer; settings: SentrySettings }

/** Filters hold back triggers only: what has been opened can always be acknowledged, resolved and commented on. */
export function translated(intent: Intent, facts: Facts, context: Context): Translation {
  const { settings, rawBody } = context
  const key = keyOf(facts)
  if (intent.action !== 'trigger') {
    if (!key) return { ignored: `Sentry does not say which issue this ${intent.action} is about` }
    return { events: [toAlertEvent(intent, { ...facts, occurredAt: undefined }, key)] }
  }
  if (isUnreadable(facts)) return { events: [unreadableAlert(rawBody, facts.project, intent.routing)] }
  const reason = filteredBy(facts, settings)
  if (reason) return { ignored: reason }
  return { events: [toAlertEvent(intent, facts, key ?? keyOfBytes(rawBody))] }
}

/** " by Dana", when a person did it. */
export function byWhom(body: Fields): string {
  const { type, name } = object(body.actor)
  const person = type === 'user' ? line(name, 200) : undefined
  return person ? ` by ${person}` : ''
}
