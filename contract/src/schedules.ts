import { z } from 'zod'
import { cleanText, Id, Moment, pageOf, Timestamp } from './common.ts'

/** Wall-clock time without a zone, to the minute: `2026-11-23T09:00`. */
export const LocalDateTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'must look like 2026-11-23T09:00')
/** `09:00`; `24:00` is the end of a day. */
export const LocalTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must look like 09:00')

/** Only within these hours of these days (Monday is 1). `to` before or at `from` is on the day after. */
export const Restriction = z.object({
  days: z.array(z.int().min(1).max(7)).min(1).max(7),
  from: LocalTime,
  to: LocalTime,
})
export type Restriction = z.infer<typeof Restriction>

export const ROTATION_MEMBERS_MAX = 200
export const ROTATIONS_MAX = 20

/** Takes its members in turn. Hand-overs stay at the local time of `start`. */
export const Rotation = z.object({
  name: cleanText.trim().min(1).max(120),
  start: LocalDateTime,
  every: z.object({ count: z.int().min(1).max(365), unit: z.enum(['hour', 'day', 'week']) }),
  /** In turn; a person may hold several places. */
  members: z.array(Id).min(1).max(ROTATION_MEMBERS_MAX),
  restrictions: z.array(Restriction).max(50).default([]),
})
export type Rotation = z.infer<typeof Rotation>

export const PutSchedule = z.object({
  name: cleanText.trim().min(1).max(120),
  /** IANA, e.g. `Europe/Berlin`. */
  timeZone: z.string().min(1).max(100),
  /** Later ones lie on top: where one has somebody, those below are not on call. */
  rotations: z.array(Rotation).max(ROTATIONS_MAX).default([]),
})
export type PutSchedule = z.infer<typeof PutSchedule>

export const OverrideView = z.object({
  id: Id,
  start: Timestamp,
  end: Timestamp,
  /** Null: nobody. */
  userId: Id.nullable(),
  /** Whose part of the shifts is replaced; null: everybody's. */
  replaces: Id.nullable(),
  createdBy: z.string(),
})
export type OverrideView = z.infer<typeof OverrideView>

export const ScheduleView = z.object({
  id: Id,
  name: z.string(),
  timeZone: z.string(),
  rotations: z.array(Rotation.extend({ id: Id })),
  /** Those that are not over yet. */
  overrides: z.array(OverrideView),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type ScheduleView = z.infer<typeof ScheduleView>
export const SchedulePage = pageOf(ScheduleView)

export const CreateOverride = z
  .object({ start: Moment, end: Moment, userId: Id.nullable(), replaces: Id.nullish() })
  .refine(({ start, end }) => !(Date.parse(end) <= Date.parse(start)), {
    path: ['end'],
    message: 'The end must be after the start',
  })
export type CreateOverride = z.infer<typeof CreateOverride>

/** A stretch of time during which the same people are on call. Where nobody is, there is a gap and no shift. */
export const Shift = z.object({
  start: Timestamp,
  end: Timestamp,
  userIds: z.array(Id),
  source: z.enum(['rotation', 'override']),
})
export type Shift = z.infer<typeof Shift>
export const Shifts = z.array(Shift)
export const SHIFTS_MAX_DAYS = 400
export const ShiftsQuery = z.object({ from: Moment, to: Moment })
export type ShiftsQuery = z.infer<typeof ShiftsQuery>

const OnCallPerson = z.object({ userId: Id, name: z.string() })

/** Who is on call of one schedule at a time, until when, and who comes next. */
export const OnCallEntry = z.object({
  scheduleId: Id,
  scheduleName: z.string(),
  timeZone: z.string(),
  /** Empty: a gap. */
  now: z.array(OnCallPerson),
  /** When that changes; null when it does not within the days that are looked ahead. */
  until: Timestamp.nullable(),
  next: z.object({ start: Timestamp, end: Timestamp, people: z.array(OnCallPerson) }).nullable(),
})
export type OnCallEntry = z.infer<typeof OnCallEntry>
export const OnCallQuery = z.object({ at: Moment.optional() })
export const OnCallNow = pageOf(OnCallEntry)

/** Somebody offers to take a shift from somebody else. */
export const ShiftSwapView = z.object({
  id: Id,
  scheduleId: Id,
  scheduleName: z.string(),
  start: Timestamp,
  end: Timestamp,
  from: OnCallPerson,
  to: OnCallPerson,
  requestedBy: Id,
  status: z.enum(['requested', 'accepted', 'declined', 'withdrawn']),
  createdAt: Timestamp,
  decidedAt: Timestamp.nullable(),
})
export type ShiftSwapView = z.infer<typeof ShiftSwapView>
export const ShiftSwapPage = pageOf(ShiftSwapView)
/** `toUserId` absent: whoever asks takes it. */
export const RequestSwap = z.object({
  start: Moment,
  end: Moment,
  fromUserId: Id,
  toUserId: Id.optional(),
})
export type RequestSwap = z.infer<typeof RequestSwap>
