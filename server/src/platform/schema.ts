import type { ColumnType, Generated } from 'kysely'
import type { Channel } from '#contract/channels.ts'
import type { Actor, JsonObject, Severity, Urgency } from '#contract/common.ts'
import type { EscalationStep, EscalationTarget } from '#contract/escalation-policies.ts'
import type { IncidentStatus, TimelineKind } from '#contract/incidents.ts'
import type { DeliveryOutcome, EventResult, IntegrationType, ResultAction } from '#contract/integrations.ts'
import type { PageCause, PageStatus } from '#contract/pages.ts'
import type { Role, Scope } from '#contract/people.ts'
import type { Restriction, ShiftSwapView } from '#contract/schedules.ts'
import type { DB } from './schema.generated.ts'

/** A state that OpsKnight has set in Sentry, and when it began to. */
export type SentryWriting = { what: 'status' | 'assignee' | 'comment'; value: string; at: string }

/** jsonb is read as a value and written as text, so that an array is not taken for a PostgreSQL array. */
type Jsonb<T> = ColumnType<T, string, string>
type JsonbOrNull<T> = ColumnType<T | null, string | null, string | null>
type JsonbWithDefault<T> = ColumnType<T, string | undefined, string>

type Narrow<Table, Columns extends Partial<Record<keyof Table, unknown>>> = Omit<Table, keyof Columns> &
  Columns

type Narrowed = {
  users: Narrow<DB['users'], { role: Generated<Role> }>
  api_keys: Narrow<DB['api_keys'], { scopes: Scope[] }>
  audit_log: Narrow<
    DB['audit_log'],
    {
      actor: Jsonb<Actor>
      target: Jsonb<{ type: string; id: string; name: string }>
      data: JsonbWithDefault<JsonObject>
    }
  >
  integrations: Narrow<DB['integrations'], { type: IntegrationType; settings: JsonbWithDefault<JsonObject> }>
  incidents: Narrow<
    DB['incidents'],
    {
      severity: Severity
      reported_severity: Severity
      urgency: Urgency
      status: IncidentStatus
      details: JsonbWithDefault<JsonObject>
      acknowledged_by: JsonbOrNull<Actor>
      resolved_by: JsonbOrNull<Actor>
    }
  >
  timeline_entries: Narrow<
    DB['timeline_entries'],
    { kind: TimelineKind; actor: Jsonb<Actor>; data: JsonbWithDefault<JsonObject> }
  >
  deliveries: Narrow<
    DB['deliveries'],
    {
      outcome: DeliveryOutcome
      result: ResultAction | null
      headers: Jsonb<Record<string, string | string[]>>
      replayed_by: JsonbOrNull<Actor>
    }
  >
  idempotency_keys: Narrow<DB['idempotency_keys'], { result: Jsonb<EventResult> }>
  contact_methods: Narrow<DB['contact_methods'], { channel: Channel }>
  notification_rules: Narrow<DB['notification_rules'], { urgency: Urgency }>
  rotations: Narrow<
    DB['rotations'],
    { every_unit: 'hour' | 'day' | 'week'; restrictions: JsonbWithDefault<Restriction[]> }
  >
  schedule_overrides: Narrow<DB['schedule_overrides'], { created_by: Jsonb<Actor> }>
  shift_swaps: Narrow<DB['shift_swaps'], { status: ShiftSwapView['status'] }>
  escalation_policy_versions: Narrow<
    DB['escalation_policy_versions'],
    { steps: Jsonb<EscalationStep[]>; fallback: JsonbOrNull<EscalationTarget[]> }
  >
  pages: Narrow<
    DB['pages'],
    {
      channel: Channel | null
      urgency: Urgency
      cause: PageCause
      status: PageStatus
      answer: JsonbOrNull<{ action: string; at: string }>
    }
  >
  page_windows: Narrow<DB['page_windows'], { urgency: Urgency }>
  channel_settings: Narrow<DB['channel_settings'], { channel: Channel }>
  incident_outbox: Narrow<
    DB['incident_outbox'],
    { kind: TimelineKind; actor: Jsonb<Actor>; data: JsonbWithDefault<JsonObject> }
  >
  sentry_connections: Narrow<DB['sentry_connections'], { behaviour: JsonbWithDefault<JsonObject> }>
  sentry_issues: Narrow<DB['sentry_issues'], { written: JsonbWithDefault<SentryWriting[]> }>
}

/** The tables as generated from the migrated database, with the words that our checks allow in their columns. */
export type Schema = Omit<DB, keyof Narrowed> & Narrowed
