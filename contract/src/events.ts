import { z } from 'zod'
import { Id, JsonObject, Severity } from './common.ts'

/** Text of at most so many code points, as people count them: an emoji is one. */
const textUpTo = (codePoints: number) =>
  z
    .string()
    .trim()
    .min(1)
    .refine((value) => value.length <= codePoints || [...value].length <= codePoints, {
      message: `Must be at most ${codePoints} characters`,
    })

const DedupKey = textUpTo(255)

const EventPayload = z.object({
  /** One line that says what is wrong; the title of the incident. */
  summary: textUpTo(1024),
  /** What is affected, e.g. a host name. */
  source: textUpTo(255),
  severity: Severity,
  /** Anything that helps a responder; large ones are shortened to 32 KiB. */
  custom_details: JsonObject.optional(),
  /** Where to read more; http or https. */
  link: z
    .url({ protocol: /^https?$/, message: 'Must be an http or https address' })
    .max(2048)
    .optional(),
})

export const EventAction = z.enum(['trigger', 'acknowledge', 'resolve'])
export type EventAction = z.infer<typeof EventAction>

const Trigger = z.object({
  event_action: EventAction.extract(['trigger']),
  /** Left out: one is generated and returned. */
  dedup_key: DedupKey.optional(),
  /** Which service, with an API key; an integration key already says so. */
  service_id: Id.optional(),
  payload: EventPayload,
})

const Change = z.object({
  event_action: EventAction.exclude(['trigger']),
  /** The key that the trigger was sent with, or that its answer returned. */
  dedup_key: DedupKey,
  service_id: Id.optional(),
  payload: EventPayload.partial().optional(),
})

/** The body of `POST /api/events`. */
export const EventBody = z.discriminatedUnion('event_action', [Trigger, Change])
export type EventBody = z.infer<typeof EventBody>
