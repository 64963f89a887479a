import { z } from 'zod'
import { Channel } from './channels.ts'
import { cleanText, Id, pageOf, Timestamp, Urgency } from './common.ts'

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
  /** How its owner proves that it is theirs: they type a code back, or press the button behind a link. */
  verifiedBy: z.enum(['code', 'link']),
  /** Until when the last code, or link, works; null when there is none. */
  codeExpiresAt: Timestamp.nullable(),
  /** Why pages cannot go out on its channel now; null when they can. */
  problem: z.string().nullable(),
  createdAt: Timestamp,
})
export type ContactMethodView = z.infer<typeof ContactMethodView>
export const ContactMethodPage = pageOf(ContactMethodView)

export const CreateContactMethod = z.object({
  channel: Channel,
  /** An e-mail address, a phone number in international form, a web address, … as the channel asks for. */
  address: cleanText.trim().min(1).max(4_000),
  label: cleanText.trim().min(1).max(120).nullish(),
})
export type CreateContactMethod = z.infer<typeof CreateContactMethod>

/** After a code was sent, or could not be: then it can be asked for again. */
export const ContactMethodWithCode = ContactMethodView.extend({
  codeSent: z.boolean(),
  /** Why the code did not go out; null when it did. */
  codeProblem: z.string().nullable(),
})
export type ContactMethodWithCode = z.infer<typeof ContactMethodWithCode>

/** The address of a contact method never changes, as it was verified: another one is another contact method. */
export const UpdateContactMethod = z.strictObject({
  label: cleanText.trim().max(120).nullable(),
})
export type UpdateContactMethod = z.infer<typeof UpdateContactMethod>

export const CODE_MINUTES = 10
export const CODE_TRIES = 5
export const VerifyContactMethod = z.object({ code: z.string().trim().min(1).max(100) })
export type VerifyContactMethod = z.infer<typeof VerifyContactMethod>

/** What the link of a code leads to: whose address it confirms. */
export const ConfirmContactMethod = z.object({ token: z.string().min(1).max(500) })
export const Confirmation = z.object({
  name: z.string(),
  channel: Channel,
  channelName: z.string(),
  address: z.string(),
})
export type Confirmation = z.infer<typeof Confirmation>

/** `whsec_…`: what requests to a webhook are signed with. */
export const WebhookSecret = z.object({ signingSecret: z.string() })

/** A test page is on its way; the log of pages says what becomes of it under this id. */
export const TestPage = z.object({ pageId: Id })

/** After how many minutes a contact method is used for incidents of this urgency; 0 = at once. */
export const NotificationRule = z.object({
  urgency: Urgency,
  delayMinutes: z.int().min(0).max(1440),
  contactMethodId: Id,
})
export type NotificationRule = z.infer<typeof NotificationRule>
export const NotificationRuleView = NotificationRule.extend({
  /** Why it would be skipped now, e.g. as its contact method is not verified; null when it would be used. */
  skipped: z.string().nullable(),
})
export type NotificationRuleView = z.infer<typeof NotificationRuleView>
export const NotificationRules = z.array(NotificationRuleView)
export const PutNotificationRules = z.array(NotificationRule).max(100)
