import { createHash } from 'node:crypto'
import type { JsonObject } from '#contract/common.ts'
import type { SentryDetails } from '#contract/sentry.ts'
import { parseJsonBody } from '../json-body.ts'
import { cut, jsonSafe } from '../json-safe.ts'
import type { AlertEvent, Routing } from '../types.ts'
import { redactInstallationCode } from './redact.ts'
import { severityOfLevel } from './severity.ts'

export type Project = {
  id: string | undefined
  name: string | undefined
  slug: string | undefined
  organization: string | undefined
}

/** What a message says about one problem, whichever shape it came in. */
export type Facts = {
  issueId: string | undefined
  eventId: string | undefined
  title: string | undefined
  level: string | undefined
  project: Project
  environment: string | undefined
  link: string | undefined
  occurredAt: Date | undefined
  details: SentryDetails
}

export type Intent = {
  action: AlertEvent['action']
  note?: string | undefined
  routing?: Routing | undefined
}

export const UNTITLED = 'Sentry Error'
export const UNREADABLE = 'Sentry alert that could not be read'

/** Nothing in it says what it is about. */
export const isUnreadable = ({ issueId, eventId, title }: Facts) => !issueId && !eventId && !title

/**
 * The key of the problem; undefined when the message names neither an issue nor an event. The event is no alias of its issue: every
 * repeat of an issue is another event, and an incident would collect names without end.
 */
export function keyOf({ issueId, eventId }: Facts): string | undefined {
  const id = issueId ?? eventId
  return id ? `sentry-${id}` : undefined
}

/** The key of an alert that names nothing: a repeat of the same bytes is the same problem. */
export const keyOfBytes = (rawBody: Buffer) => `sentry-${createHash('sha256').update(rawBody).digest('hex')}`

export function toAlertEvent({ action, note, routing }: Intent, facts: Facts, dedupKey: string): AlertEvent {
  const { message, ...details } = facts.details
  const isRepetition = message === facts.title || message === details.exception?.value
  return {
    action,
    dedupKey,
    aliases: [],
    title: facts.title ?? UNTITLED,
    severity: severityOfLevel(facts.level),
    source: sourceOf(facts.project),
    link: facts.link ?? null,
    details: boundedDetails(isRepetition ? details : facts.details),
    occurredAt: facts.occurredAt ?? null,
    ...(note ? { note } : {}),
    ...(routing ? { routing } : {}),
  }
}

/** A page about something that nobody understands is better than none: somebody looks. */
export function unreadableAlert(rawBody: Buffer, project: Project, routing?: Routing): AlertEvent {
  const body = parseJsonBody(redactInstallationCode(rawBody))
  return {
    action: 'trigger',
    dedupKey: keyOfBytes(rawBody),
    aliases: [],
    title: UNREADABLE,
    severity: 'error',
    source: sourceOf(project),
    link: null,
    details: boundedDetails({ unread: 'object' in body ? body.object : undefined }),
    occurredAt: null,
    ...(routing ? { routing } : {}),
  }
}

const SOURCE_CODE_POINTS = 255

function sourceOf({ name, slug }: Project): string {
  const project = name ?? slug
  return project ? cut(`Sentry - ${project}`, SOURCE_CODE_POINTS) : 'Sentry'
}

function boundedDetails(details: SentryDetails): JsonObject {
  const { value, truncated } = jsonSafe(details)
  return truncated ? { ...value, truncated } : value
}
