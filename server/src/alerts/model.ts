import type { Actor } from '#contract/common.ts'
import type { DeliveryOutcome, EventResult } from '#contract/integrations.ts'
import type { AlertEvent } from '../integrations/types.ts'
import { AppError, type ErrorCode, type FieldError } from '../platform/errors.ts'

/** The integration that a delivery came in on, as far as recording and deciding need it. */
export type Source = {
  ref: string
  name: string
  /** Null = no limit. */
  newIncidentsPerMinute: number | null
  storedBodiesPerMinute: number | null
  /** OpsKnight's own: nobody is told of its deliveries, and none of them waits in the journal. */
  isSystem: boolean
  /** Connected to its tool: what it says is about its incidents on every service, and its alert rules name services. */
  isConnected: boolean
}

/** A request to be kept as it came. */
export type DeliveryRecord = {
  id: string
  kind: string | null
  headers: Record<string, string | string[]>
  body: Buffer
  bodyBytes: number
  bodyTruncated: boolean
  replayOf: string | null
  replayedBy: Actor | null
  /** Identifies a repeat of the same message; null when its tool names none. */
  idempotencyKey: Buffer | null
}

export type Verdict =
  | { outcome: 'events'; events: AlertEvent[] }
  | { outcome: 'ignored'; reason: string }
  | Rejection

export type Rejection = {
  outcome: 'rejected'
  reason: string
  code: ErrorCode
  httpStatus: number
  errors?: FieldError[]
  /** Refused before its signature was found right, where one is asked for: nobody vouches for it. */
  isUnproven?: true
}

/** Something that waits to be decided and recorded in the next commit. */
export type Intake = {
  at: Date
  serviceId: string
  actor: Actor
  /** Null when it came with an API key or from a person: then there is no delivery to record. */
  source: Source | null
  delivery: DeliveryRecord | null
  verdict: Verdict
  /** The address of the client that sent it. */
  address?: string
  /** A replay is neither held back by budgets nor by idempotency. */
  isReplay: boolean
}

/** What became of an intake, after the commit. */
export type Receipt = {
  /** Under which id it is in the delivery log; null when it is not. */
  deliveryId: string | null
  outcome: DeliveryOutcome
  reason: string | null
  result: EventResult | null
  incidentId: string | null
}

/** The same words whether the address never existed, was rotated away, is another type's or belongs to a deleted service. */
export const integrationNotFound = () =>
  new AppError(
    'integration_not_found',
    'No integration has this address. Copy the webhook URL from its page in OpsKnight again: the Integration ID may be mistyped, rotated or deleted.',
  )
