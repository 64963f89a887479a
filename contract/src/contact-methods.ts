import { z } from 'zod'
import { Channel } from './channels.ts'
import { cleanText, Id, Timestamp, Urgency } from './common.ts'

/** A person's address on a channel. */
export const ContactMethodView = z.object({
  id: Id,
  channel: Channel,
  /** Masked where the address is a credential (webhooks, push), whole elsewhere. */
  address: z.string(),
  label: z.string().nullable(),
  /** Until it is verified nothing is sent to it but its code. */
  verified: z.boolean(),
  verifiedAt: Timestamp.nullable(),
  /** Why pages cannot go out on its channel now; null when they can. */
  problem: z.string().nullable(),
  createdAt: Timestamp,
})
export type ContactMethodView = z.infer<typeof ContactMethodView>

export const CreateContactMethod = z.object({
  channel: Channel,
  /** An e-mail address, a phone number in international form, a web address, … as the channel asks for. */
  address: cleanText.trim().min(1).max(4_000),
  label: cleanText.trim().min(1).max(120).nullish(),
})
export type CreateContactMethod = z.infer<typeof CreateContactMethod>

export const CODE_MINUTES = 10
export const CODE_TRIES = 5
export const VerifyContactMethod = z.object({ code: z.string().trim().min(1).max(100) })
export type VerifyContactMethod = z.infer<typeof VerifyContactMethod>

/** After how many minutes a contact method is used for incidents of this urgency; 0 = at once. */
export const NotificationRule = z.object({
  urgency: Urgency,
  delayMinutes: z.int().min(0).max(1440),
  contactMethodId: Id,
})
export type NotificationRule = z.infer<typeof NotificationRule>
export const NotificationRules = z.array(NotificationRule)
export const PutNotificationRules = z.array(NotificationRule).max(100)
