import { z } from 'zod'
import { cleanText, Timestamp } from './common.ts'

/** What a connected integration does beside taking alerts. Each can be switched off alone. */
export const SentryBehaviour = z.object({
  /** Fills in what an alert does not say: short id, status, counts, users affected, assignee, suspect commit. */
  enrich: z.boolean().default(true),
  /** Whoever acknowledges an incident, or gets it, is assigned to the issue: the Sentry member with the same verified address. */
  assign: z.boolean().default(true),
  /** How an incident that a person resolves is resolved in Sentry. */
  resolve: z.enum(['resolved', 'resolvedInNextRelease', 'off']).default('resolved'),
  /** An incident that a person reopens is unresolved again in Sentry. */
  reopen: z.boolean().default(true),
  /** The issue shows a link to its incident. */
  link: z.boolean().default(true),
  /** Notes on the incident become comments on the issue. Comments in Sentry always become notes. */
  comments: z.boolean().default(false),
  /** Open incidents are compared with Sentry every five minutes, so that no lost message leaves one open. */
  reconcile: z.boolean().default(true),
})
export type SentryBehaviour = z.infer<typeof SentryBehaviour>

/** What the token of an internal integration is asked for. */
export const SentryScope = z.enum(['event:read', 'event:write', 'org:read', 'project:read'])
export type SentryScope = z.infer<typeof SentryScope>

const WebAddress = z
  // What is no address is not looked at any further.
  .url({ protocol: /^https?$/, abort: true })
  .max(300)
  .refine((url) => {
    const { search, hash, username, password } = new URL(url)
    return !search && !hash && !username && !password
  }, 'Only the address of Sentry, like https://sentry.io: no query and no password')
  .transform((url) => url.replace(/\/+$/, ''))

export const SetSentryConnection = z.object({
  /** Where Sentry is: `https://sentry.io`, `https://us.sentry.io`, `https://de.sentry.io`, or your own. */
  url: WebAddress,
  /** The slug in `https://sentry.io/organizations/SLUG/`. */
  organization: z
    .string()
    .trim()
    .regex(
      /^[a-z0-9_-]{1,100}$/i,
      'The slug of the organization, as in its address: letters, digits, - and _',
    ),
  /** The token of the internal integration. Left out: the present one stays, if the address stays too. */
  token: z.string().trim().min(8).max(512).optional(),
  /** The Client Secret of the internal integration, which becomes the signing secret. Left out: that stays as it is. */
  clientSecret: z.string().trim().min(8).max(512).optional(),
  /** Only the named ones change. */
  behaviour: SentryBehaviour.partial().optional(),
})
export type SetSentryConnection = z.infer<typeof SetSentryConnection>

const Refusal = z.object({ at: Timestamp }).nullable()

export const SentryConnectionView = z.object({
  url: z.string(),
  organization: z.string(),
  behaviour: SentryBehaviour,
  /** Null until it has been checked. */
  check: z
    .object({
      at: Timestamp,
      /** What is wrong and what to do; null when all is well. */
      problem: z.string().nullable(),
      granted: z.array(z.string()),
      /** What is missing, and what does not work for want of it; what is optional is not missed everywhere. */
      lacking: z.array(z.object({ scope: SentryScope, for: z.string(), optional: z.boolean() })),
      /** The internal integration in Sentry that the token belongs to; null when it could not be found out. */
      installation: z.object({ uuid: z.string(), appSlug: z.string().nullable() }).nullable(),
    })
    .nullable(),
  /** Sentry has refused the token, or this use of it: nothing more is asked or written until it is checked again. */
  readsRefused: Refusal,
  writesRefused: Refusal,
  /** What Sentry said when it refused. */
  refusal: z.string().nullable(),
  /** Changes that Sentry has not been told yet. */
  waiting: z.object({ count: z.int(), oldestAt: Timestamp.nullable(), problem: z.string().nullable() }),
  /** Until when nothing is asked of Sentry, as it asked for a pause or does not answer. */
  pausedUntil: Timestamp.nullable(),
  reconciled: z.object({ at: Timestamp.nullable(), problem: z.string().nullable() }),
  updatedAt: Timestamp,
})
export type SentryConnectionView = z.infer<typeof SentryConnectionView>

/** A delivery that Sentry says it has sent and that never arrived. */
export const MissingDelivery = z.object({
  /** When Sentry had its answer, or gave up waiting for one; by Sentry's clock. */
  at: Timestamp,
  /** `issue.resolved`, `event_alert.triggered`, … */
  kind: cleanText,
  /** What Sentry got for an answer; 0 when none came in time. */
  responseCode: z.int(),
})
export type MissingDelivery = z.infer<typeof MissingDelivery>
