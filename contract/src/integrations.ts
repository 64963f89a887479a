import { z } from 'zod'
import { Actor, cleanText, Id, Severity, Timestamp } from './common.ts'
import { MissingDelivery } from './sentry-connection.ts'

export const IntegrationType = z.enum(['sentry', 'events'])
export type IntegrationType = z.infer<typeof IntegrationType>

/** Limits that every kind of integration has, so that one storm drowns neither people nor the disk. Null = no limit. */
export const StormSettings = z.object({
  newIncidentsPerMinute: z.int().min(1).max(100_000).nullable().default(60),
  storedBodiesPerMinute: z.int().min(1).max(1_000_000).nullable().default(600),
})
export type StormSettings = z.infer<typeof StormSettings>

const names = z.array(cleanText.trim().min(1).max(200)).max(200).default([])

/** What a Sentry integration does with what Sentry sends. Empty filters let everything pass. */
export const SentrySettings = StormSettings.extend({
  /** An issue that somebody in Sentry is assigned to counts as acknowledged. */
  acknowledgeOnAssign: z.boolean().default(false),
  /** Every new issue of the organization opens an incident; when false, only alert rules do. */
  triggerOnIssueCreated: z.boolean().default(true),
  /** Slugs, names or numeric ids of the Sentry projects to listen to. */
  projects: names,
  environments: names,
  /** Alerts below this severity are ignored; null lets every one pass. */
  minimumLevel: z.enum(['fatal', 'error', 'warning', 'info', 'debug']).nullable().default(null),
})
export type SentrySettings = z.infer<typeof SentrySettings>

export const EventsSettings = StormSettings
export type EventsSettings = z.infer<typeof EventsSettings>

export const settingsOfType = { sentry: SentrySettings, events: EventsSettings } as const satisfies Record<
  IntegrationType,
  z.ZodType
>

/** A settings object of which only the named fields change. */
export const SettingsPatch = z.record(z.string(), z.unknown())

const IntegrationName = cleanText.trim().min(1).max(120)

export const CreateIntegration = z.object({
  type: IntegrationType,
  name: IntegrationName.optional(),
  settings: SettingsPatch.optional(),
})
export type CreateIntegration = z.infer<typeof CreateIntegration>

export const UpdateIntegration = z.object({
  name: IntegrationName.optional(),
  enabled: z.boolean().optional(),
  settings: SettingsPatch.optional(),
})
export type UpdateIntegration = z.infer<typeof UpdateIntegration>

/** A state of the integration that its Troubleshooting section names, found by the server itself. */
export const Diagnosis = z.object({
  code: z.string(),
  level: z.enum(['problem', 'hint']),
  title: z.string(),
  /** What it means and what to do about it. */
  detail: z.string(),
})
export type Diagnosis = z.infer<typeof Diagnosis>

export const IntegrationView = z.object({
  /** The Integration ID: the address of the webhook. Viewers get `ref` here, as the address is a credential. */
  id: Id,
  /** Stays the same when the Integration ID is rotated, and opens no door. Accepted wherever `id` is, except by webhooks. */
  ref: Id,
  serviceId: Id,
  serviceName: z.string(),
  type: IntegrationType,
  name: z.string(),
  enabled: z.boolean(),
  /** Null for viewers. */
  webhookUrl: z.string().nullable(),
  hasSigningSecret: z.boolean(),
  hasPreviousSigningSecret: z.boolean(),
  /** Its tool is told what happens to its incidents: of Sentry, that there is a connection. */
  connected: z.boolean(),
  settings: z.record(z.string(), z.unknown()),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  lastDeliveryAt: Timestamp.nullable(),
})
export type IntegrationView = z.infer<typeof IntegrationView>

export const IntegrationList = z.object({
  items: z.array(IntegrationView),
  nextCursor: z.string().nullable(),
})
export type IntegrationList = z.infer<typeof IntegrationList>

export const RotatedId = z.object({ id: Id, webhookUrl: z.string() })

export const SetSigningSecret = z.object({
  /** Pasted from the tool; white space around it is dropped. Left out: one is generated. */
  secret: z.string().trim().min(8).max(512).optional(),
  /** Keeps the present secret valid beside the new one, while the tool is being changed. */
  keepPrevious: z.boolean().default(false),
})
export const SigningSecret = z.object({ signingSecret: z.string() })

/** Counts of the deliveries of one hour by their outcome, those included that were only counted and not stored. */
export const HealthHour = z.object({
  hour: Timestamp,
  accepted: z.int(),
  ignored: z.int(),
  rejected: z.int(),
})

export const IntegrationHealth = z.object({
  lastDeliveryAt: Timestamp.nullable(),
  lastAcceptedAt: Timestamp.nullable(),
  /** The last 24 hours, oldest first. */
  hours: z.array(HealthHour),
  /** What kinds of message have been seen, and when (`event_alert`, `issue`, …). */
  kinds: z.array(z.object({ kind: z.string(), firstAt: Timestamp, lastAt: Timestamp })),
  /** What the tool says it has sent and what never arrived, newest first, as far as it tells: a connected Sentry does. */
  missingDeliveries: z.array(MissingDelivery),
  diagnoses: z.array(Diagnosis),
})
export type IntegrationHealth = z.infer<typeof IntegrationHealth>

export const DeliveryOutcome = z.enum(['accepted', 'ignored', 'rejected'])
export type DeliveryOutcome = z.infer<typeof DeliveryOutcome>

/** What became of an event; the first seven change or find an incident. */
export const ResultAction = z.enum([
  'triggered',
  'deduplicated',
  'reopened',
  'acknowledged',
  'resolved',
  'noted',
  'ignored',
  'folded',
  'queued',
])
export type ResultAction = z.infer<typeof ResultAction>

export const DeliveryView = z.object({
  id: Id,
  integrationId: Id,
  receivedAt: Timestamp,
  outcome: DeliveryOutcome,
  /** Why it was ignored or rejected, and what to do; null when accepted. */
  reason: z.string().nullable(),
  /** The error code of the answer, when rejected. */
  code: z.string().nullable(),
  httpStatus: z.int(),
  result: ResultAction.nullable(),
  /** The kind of message (`event_alert`, `issue`, …), when the tool says. */
  kind: z.string().nullable(),
  title: z.string().nullable(),
  incidentId: Id.nullable(),
  incidentNumber: z.int().nullable(),
  bodyBytes: z.int(),
  bodyTruncated: z.boolean(),
  /** The delivery that this one repeats by hand, and who asked for it. */
  replayOf: Id.nullable(),
  replayedBy: Actor.nullable(),
})
export type DeliveryView = z.infer<typeof DeliveryView>

export const DeliveryList = z.object({ items: z.array(DeliveryView), nextCursor: z.string().nullable() })
export type DeliveryList = z.infer<typeof DeliveryList>

export const DeliveryDetail = DeliveryView.extend({
  /** Without secrets. */
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  /** As text; bytes that are no UTF-8 show as �. Null when this delivery's body was not kept. */
  body: z.string().nullable(),
})
export type DeliveryDetail = z.infer<typeof DeliveryDetail>

export const DeliveryQuery = z.object({
  outcome: DeliveryOutcome.optional(),
  incidentId: Id.optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type DeliveryQuery = z.infer<typeof DeliveryQuery>

/** The incident as webhooks answer it. */
export const IncidentReference = z.object({
  id: Id,
  number: z.int(),
  title: z.string(),
  status: z.string(),
  severity: Severity,
  urgency: z.string(),
  url: z.string(),
})

export const EventResult = z.object({
  action: ResultAction,
  incident: IncidentReference.optional(),
  reason: z.string().optional(),
})
export type EventResult = z.infer<typeof EventResult>

/** The 202 of a webhook, and of "Send test alert" and replay. */
export const WebhookAnswer = z.object({ status: z.literal('success'), result: EventResult })
export type WebhookAnswer = z.infer<typeof WebhookAnswer>

/** The outcome of a test or a replayed delivery. */
export const DeliveryAnswer = z.object({
  /** Null when it is not in the log: of a flood of refused deliveries most are only counted. */
  deliveryId: Id.nullable(),
  outcome: DeliveryOutcome,
  httpStatus: z.int(),
  reason: z.string().nullable(),
  result: EventResult.nullable(),
})
export type DeliveryAnswer = z.infer<typeof DeliveryAnswer>
