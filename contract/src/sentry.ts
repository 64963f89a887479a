import { z } from 'zod'

const text = z.string().optional()

/** The commit that has most likely broken it, as Sentry found out from the stack trace and the repository. */
export const SuspectCommit = z.object({
  id: z.string(),
  /** The first line of it. */
  message: text,
  author: text,
  at: text,
  repository: text,
  link: text,
  pullRequest: z.object({ title: text, link: z.string() }).optional(),
})
export type SuspectCommit = z.infer<typeof SuspectCommit>

/** The facts of a Sentry alert that a responder wants to see; a field that Sentry did not send is absent. */
export const SentryDetails = z.object({
  culprit: text,
  exception: z.object({ type: text, value: text }).optional(),
  /** The last frame of our own code: where it broke. `context` is that line of source. */
  frame: z
    .object({
      file: text,
      function: text,
      module: text,
      line: z.number().optional(),
      column: z.number().optional(),
      context: text,
    })
    .optional(),
  message: text,
  level: text,
  environment: text,
  release: text,
  platform: text,
  project: z.object({ id: text, name: text, slug: text, organization: text }).optional(),
  /** The alert rules that fired. */
  rules: z.array(z.string()).optional(),
  shortId: text,
  issueId: text,
  eventId: text,
  status: text,
  substatus: text,
  priority: text,
  assignedTo: text,
  /** Events and users affected, as Sentry counts them. */
  count: z.number().optional(),
  userCount: z.number().optional(),
  firstSeen: text,
  lastSeen: text,
  suspectCommit: SuspectCommit.optional(),
  /** When Sentry was last asked how the issue stands; absent where nobody has asked. */
  askedAt: text,
  /** What a metric alert says in words. */
  description: text,
  tags: z.array(z.tuple([z.string(), z.string()])).optional(),
  /** The whole body of an alert that could not be read. */
  unread: z.unknown().optional(),
  /** The facts were more than is kept; the delivery holds them all. */
  truncated: z.boolean().optional(),
})
export type SentryDetails = z.infer<typeof SentryDetails>
