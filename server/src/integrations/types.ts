import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import type { JsonObject, Severity } from '#contract/common.ts'
import type { Authentication } from './authentication.ts'

/**
 * One HTTP request as it arrived: nothing parsed, nothing removed. A `content-encoding` is already undone. `id` is the same when
 * the message is repeated or replayed: a name for problems that have none. `ownActor` is who the tool says has acted when it was OpsKnight:
 * null when that is not known, absent when OpsKnight changes nothing there.
 */
export type Delivery = {
  headers: IncomingHttpHeaders
  rawBody: Buffer
  id?: string
  ownActor?: string | null
}

/** What every monitoring tool is translated into; the rest of the server knows only this. */
export type AlertEvent = {
  action: 'trigger' | 'acknowledge' | 'resolve' | 'note'
  /** Same value for every event about the same problem. Any length: the ingest shortens it. */
  dedupKey: string
  /** Other keys under which the same problem may already be open. */
  aliases: string[]
  title: string
  severity: Severity
  /** True when the tool's severity may also fall during one incident (metric alerts); otherwise it only rises. */
  severityFollows?: boolean
  /** Where it comes from, in words: `Sentry - Checkout`. */
  source: string
  link: string | null
  /** More words about it, when somebody has written some. */
  description?: string | undefined
  /** Facts worth showing a responder. */
  details: JsonObject
  /** When the tool says that it happened; null when it does not say. */
  occurredAt: Date | null
  /** One sentence for the timeline, of a note or beside another action ("Assigned to Dana in Sentry"). */
  note?: string
  /** What OpsKnight itself would have changed in the tool, if this is the report of that; absent when somebody else did it. */
  echo?: Echo
  /** What the alert rule that fired says of its incident; only triggers carry it. */
  routing?: Routing
}

/** How an alert rule wants the incident that it opens; what it leaves out is as it is without a rule. */
export type Routing = {
  /** The service that it belongs to, in place of the integration's own. As it was saved: by now it may be gone. */
  service?: { id: string; name?: string }
  /** In place of what the tool says. */
  severity?: Severity
  /** False: the incident is opened, and nobody is paged. */
  page?: boolean
}

/** `isNamed`: the tool names OpsKnight as who did it, rather than nobody. Whether it is an echo is told by what was written. */
export type Echo = { what: 'status' | 'assignee' | 'comment'; value: string; isNamed: boolean }

/**
 * What a delivery means. `ignored` and `rejected` carry a reason that people read on the integration's page;
 * `errors` point at the fields that are wrong.
 */
export type Translation =
  | { events: AlertEvent[] }
  | { ignored: string }
  | {
      rejected: string
      code: 'invalid_json' | 'invalid_payload'
      errors?: { path: string; message: string }[]
    }

/** A short word for what kind of message it was (`event_alert`, `issue`, …), kept for the health of the integration. */
export type Kind = string

/** One kind of monitoring tool. It meets neither the database nor another tool. */
export type Integration<Settings = unknown> = {
  type: string
  name: string
  authentication: Authentication
  /** Settings of this tool, every field with its default, so that `parse({})` is what a new integration starts with. */
  settings: z.ZodType<Settings>
  /** Pure. Never throws: a body that cannot be read is `rejected`. */
  translate(delivery: Delivery, settings: Settings): Translation
  /** What the delivery says it is about, for the delivery log and the health page; null when it does not say. */
  kindOf(delivery: Delivery): Kind | null
  /** The body with its secrets replaced, to be stored. The same buffer when there are none. */
  redact(delivery: Delivery): Buffer
  /** Headers that identify a repeat of the same message, across retries; null when the tool sends none. */
  idempotencyKey(delivery: Delivery): string | null
  /**
   * Why this tool may have sent a delivery without a signature to an integration that has a signing secret, and what to do about it:
   * sentences that follow "The signature is missing." in the 401 and the delivery log.
   */
  explainUnsigned?(delivery: Delivery): string
  /** A small genuine delivery (unsigned; `authentication.sign` adds the signature) for "Send test alert". */
  testDelivery(now: Date): { headers: Record<string, string>; body: JsonObject }
}

export function defineIntegration<Settings>(integration: Integration<Settings>): Integration<Settings> {
  return integration
}
