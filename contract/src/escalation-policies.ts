import { z } from 'zod'
import { cleanText, Id, pageOf, Timestamp } from './common.ts'

/** Whom a step pages. Of a team all members, or only those who lead it. */
export const EscalationTarget = z.object({
  type: z.enum(['user', 'schedule', 'team']),
  id: Id,
  /** Of a team: only its leads. */
  leadsOnly: z.boolean().optional(),
})
export type EscalationTarget = z.infer<typeof EscalationTarget>

export const ESCALATION_STEPS_MAX = 20
export const ESCALATION_TARGETS_MAX = 50
export const REPEAT_MAX = 9
/**
 * A repeat never begins earlier than this many minutes after the cycle before it began, and whoever is paged last has as long to
 * answer before an escalation ends.
 */
export const CYCLE_MIN_MINUTES = 5

export const EscalationStep = z.object({
  /** From the step before; of the first one from when the incident opened. */
  waitMinutes: z.int().min(0).max(10_080),
  targets: z.array(EscalationTarget).min(1).max(ESCALATION_TARGETS_MAX),
})
export type EscalationStep = z.infer<typeof EscalationStep>

const fields = {
  name: cleanText.trim().min(1).max(120),
  /** How often the whole is repeated after the first time. */
  repeat: z.int().min(0).max(REPEAT_MAX),
  steps: z.array(EscalationStep).min(1).max(ESCALATION_STEPS_MAX),
  /** Who is paged when it ends without an answer; absent: the administrators. */
  fallback: z.array(EscalationTarget).min(1).max(ESCALATION_TARGETS_MAX).nullish(),
}
export const PutEscalationPolicy = z.object({ ...fields, repeat: fields.repeat.default(0) })
export type PutEscalationPolicy = z.infer<typeof PutEscalationPolicy>
export const PatchEscalationPolicy = z.object(fields).partial()
export type PatchEscalationPolicy = z.infer<typeof PatchEscalationPolicy>

const NamedTarget = EscalationTarget.extend({ name: z.string() })

export const EscalationPolicyView = z.object({
  id: Id,
  name: z.string(),
  /** Goes up with every change of what it does. Incidents finish on the version that they started with. */
  version: z.int(),
  repeat: z.int(),
  steps: z.array(EscalationStep.extend({ targets: z.array(NamedTarget) })),
  fallback: z.array(NamedTarget).nullable(),
  services: z.array(z.object({ id: Id, name: z.string() })),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type EscalationPolicyView = z.infer<typeof EscalationPolicyView>
export const EscalationPolicyPage = pageOf(EscalationPolicyView)
