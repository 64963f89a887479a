import { z } from 'zod'
import { JsonObject } from './common.ts'

/** The forms that Sentry shows in its own pages: pasted as the schema of the internal integration there. */
export const SentryUiSchema = z.object({
  /** As Sentry takes it: `{"elements": […]}`. */
  schema: JsonObject,
  /** What is still needed before OpsKnight answers these forms, in sentences; empty when all is there. */
  lacking: z.array(z.string()),
})
export type SentryUiSchema = z.infer<typeof SentryUiSchema>

/** One choice of a select field. Sentry shows only those whose label or value holds what was typed. */
export const SelectOption = z.object({
  label: z.string(),
  value: z.string(),
  default: z.literal(true).optional(),
})
export type SelectOption = z.infer<typeof SelectOption>

/** What Sentry shows beside an issue, as a link `project#identifier`. It takes exactly these three. */
export const ExternalIssue = z.strictObject({ webUrl: z.url(), project: z.string(), identifier: z.string() })
export type ExternalIssue = z.infer<typeof ExternalIssue>

/** What Sentry shows to whoever filled in the form: why it was refused, or what is so now. */
export const UiMessage = z.strictObject({ message: z.string() })
