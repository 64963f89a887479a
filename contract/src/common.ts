import { z } from 'zod'

/** How bad a problem is, as its monitoring tool says; ordered from worst to mildest. */
export const Severity = z.enum(['critical', 'error', 'warning', 'info'])
export type Severity = z.infer<typeof Severity>

/** How soon a person must act. It starts from the severity and may be changed by a person. */
export const Urgency = z.enum(['high', 'medium', 'low'])
export type Urgency = z.infer<typeof Urgency>

export const urgencyOfSeverity = {
  critical: 'high',
  error: 'medium',
  warning: 'medium',
  info: 'low',
} as const satisfies Record<Severity, Urgency>

const CONTROL_CHARACTERS = /(?![\n\t])\p{Cc}|[\ufffe\uffff]/gu

/**
 * Text from outside as it can be stored, shown and spoken: PostgreSQL refuses NUL and lone surrogates, XML two more. Line ends
 * become `\n`, other control characters but the tab go.
 */
export const cleaned = (text: string): string =>
  text.toWellFormed().replaceAll('\r\n', '\n').replace(CONTROL_CHARACTERS, '')

/** Start of the schema of every text that people type; limits that follow count what is left: `cleanText.trim().min(1)`. */
export const cleanText = z.string().overwrite(cleaned)

const MOMENT_MIN = Date.parse('1970-01-01T00:00:00Z')
const MOMENT_MAX = Date.parse('3000-01-01T00:00:00Z')

/** A time that somebody asks for, with any offset; within years that every part of the system can write. */
export const Moment = z.iso
  .datetime({ offset: true })
  .refine((text) => !isOutOfRange(Date.parse(text)), 'The time must lie between the years 1970 and 3000')

// What is no time at all has been named as that already.
const isOutOfRange = (at: number) => at < MOMENT_MIN || at >= MOMENT_MAX

/** ISO 8601 in UTC with milliseconds, e.g. `2026-11-03T04:05:06.000Z`. */
export const Timestamp = z.iso.datetime({ precision: 3 })

/** Opaque: compare ids, never take them apart. */
export const Id = z.string().min(1).max(200)

export const JsonObject = z.record(z.string(), z.unknown())
export type JsonObject = z.infer<typeof JsonObject>

/** One page of a list; `nextCursor` is null on the last one. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

export const PAGE_LIMIT_MAX = 200
export const PageLimit = z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX)
export const PageQuery = z.object({
  cursor: z.string().max(500).optional(),
  limit: PageLimit.default(50),
})
export type PageQuery = z.infer<typeof PageQuery>

/** Any string: one that is no id is answered with 404, as nothing has it. */
export const IdParams = z.object({ id: z.string() })

/** The body of every answer that is not a success: RFC 9457 problem details. `code` is stable, `detail` is for people. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string(),
})
export type Problem = z.infer<typeof Problem>

/** Someone or something that acted, as shown beside what they did. */
export const Actor = z.object({
  kind: z.enum(['user', 'api-key', 'integration', 'system']),
  id: z.string().nullable(),
  name: z.string(),
})
export type Actor = z.infer<typeof Actor>
