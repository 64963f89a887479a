import { z } from 'zod'
import { cleanText, Id, Moment, PageLimit, PageQuery, pageOf, Timestamp } from './common.ts'
import { TimeZone } from './time-zones.ts'

/** Wall-clock time without a zone, to the minute: `2026-11-23T09:00`. */
export const LocalDateTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, { error: 'must look like 2026-11-23T09:00', abort: true })
  .refine(isOfCalendar, { error: 'There is no such day or time in the calendar', abort: true })
  .refine((text) => text >= '1970' && text < '3000', 'The time must lie between the years 1970 and 3000')

function isOfCalendar(text: string): boolean {
  const at = Date.parse(`${text}Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

/** `09:00`; `24:00` is the end of a day. */
export const LocalTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must look like 09:00')
const LocalTimeOfDay = LocalTime.refine(
  (text) => text !== '24:00',
  'must be before 24:00; the day begins at 00:00',
)

/** Only within these hours of these days (Monday is 1). `to` before or at `from` is on the day after. */
export const Restriction = z.object({
  days: z.array(z.int().min(1).max(7)).min(1).max(7),
  from: LocalTimeOfDay,
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
  members: z
    .array(Id)
    .min(1, 'Add at least one member: nobody would ever be on call')
    .max(ROTATION_MEMBERS_MAX),
  restrictions: z.array(Restriction).max(50).default([]),
})
export type Rotation = z.infer<typeof Rotation>

export const PutSchedule = z.object({
  name: cleanText.trim().min(1).max(120),
  timeZone: TimeZone,
  /** Later ones lie on top: where one has somebody, those below are not on call. */
  rotations: z
    .array(Rotation)
    .min(1, 'Add at least one rotation: nobody would ever be on call')
    .max(ROTATIONS_MAX),
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
  /** Beside whoever is on call, in nobody's place. */
  beside: z.boolean(),
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

export const OVERRIDE_MAX_DAYS = 400
const DAY_MS = 86_400_000
const daysBetween = (start: string, end: string) => (Date.parse(end) - Date.parse(start)) / DAY_MS

export const CreateOverride = z
  .object({
    start: Moment,
    end: Moment,
    userId: Id.nullable(),
    replaces: Id.nullish(),
    beside: z.boolean().default(false),
  })
  .refine(({ start, end }) => !(daysBetween(start, end) <= 0), {
    path: ['end'],
    message: 'The end must be after the start',
  })
  .refine(({ start, end }) => !(daysBetween(start, end) > OVERRIDE_MAX_DAYS), {
    path: ['end'],
    message: `At most ${OVERRIDE_MAX_DAYS} days at once; change the rotation instead`,
  })
  .refine(({ userId, replaces }) => userId === null || userId !== replaces, {
    path: ['replaces'],
    message: 'Nobody can stand in for themselves',
  })
  .refine(({ userId, replaces, beside }) => !beside || (userId !== null && !replaces), {
    path: ['beside'],
    message: 'Beside the others there must be somebody, who replaces nobody',
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

const span = { from: Moment, to: Moment }
const isForward = ({ from, to }: { from: string; to: string }) => !(daysBetween(from, to) <= 0)
const isShortEnough = ({ from, to }: { from: string; to: string }) =>
  !(daysBetween(from, to) > SHIFTS_MAX_DAYS)
const notForward = { path: ['to'], message: 'must be after from' }
const tooLong = { path: ['to'], message: `must be at most ${SHIFTS_MAX_DAYS} days after from` }

export const ShiftsQuery = z.object(span).refine(isForward, notForward).refine(isShortEnough, tooLong)
export type ShiftsQuery = z.infer<typeof ShiftsQuery>

/** What rotations would come to, before anything is saved. */
export const PreviewSchedule = PutSchedule.pick({ timeZone: true, rotations: true })
  .extend(span)
  .refine(isForward, notForward)
  .refine(isShortEnough, tooLong)
export type PreviewSchedule = z.infer<typeof PreviewSchedule>

/** A stretch of time during which nobody is on call. */
export const Gap = z.object({ start: Timestamp, end: Timestamp })
export type Gap = z.infer<typeof Gap>
export const Gaps = z.array(Gap)

/** When one person is on call, of whichever schedule. */
export const PersonalShift = z.object({
  scheduleId: Id,
  scheduleName: z.string(),
  timeZone: z.string(),
  start: Timestamp,
  end: Timestamp,
})
export type PersonalShift = z.infer<typeof PersonalShift>
export const PersonalShiftPage = pageOf(PersonalShift)
export const PERSONAL_SHIFTS_DAYS = 60
/** Without `from` and `to`: from now on, for 60 days. */
export const PersonalShiftsQuery = z
  .object({ from: Moment.optional(), to: Moment.optional() })
  .refine(({ from, to }) => !from || !to || isForward({ from, to }), notForward)
  .refine(({ from, to }) => !from || !to || isShortEnough({ from, to }), tooLong)
export type PersonalShiftsQuery = z.infer<typeof PersonalShiftsQuery>

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
/** All schedules of most installations at once. */
export const OnCallQuery = PageQuery.extend({ at: Moment.optional(), limit: PageLimit.default(200) })
export type OnCallQuery = z.infer<typeof OnCallQuery>
export const OnCallNow = pageOf(OnCallEntry)

export const ShiftSwapStatus = z.enum(['requested', 'accepted', 'declined', 'withdrawn'])
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
  status: ShiftSwapStatus,
  createdAt: Timestamp,
  decidedAt: Timestamp.nullable(),
})
export type ShiftSwapView = z.infer<typeof ShiftSwapView>
export const ShiftSwapPage = pageOf(ShiftSwapView)
export const SwapsQuery = PageQuery.extend({
  status: ShiftSwapStatus.optional(),
  scheduleId: Id.optional(),
  /** Whoever gives or takes. */
  userId: Id.optional(),
})
export type SwapsQuery = z.infer<typeof SwapsQuery>

/** `toUserId` absent: whoever asks takes it. */
export const RequestSwap = z
  .object({ start: Moment, end: Moment, fromUserId: Id, toUserId: Id.optional() })
  .refine(({ start, end }) => !(daysBetween(start, end) <= 0), {
    path: ['end'],
    message: 'The end must be after the start',
  })
  .refine(({ start, end }) => !(daysBetween(start, end) > OVERRIDE_MAX_DAYS), {
    path: ['end'],
    message: `At most ${OVERRIDE_MAX_DAYS} days at once`,
  })
  .refine(({ fromUserId, toUserId }) => fromUserId !== toUserId, {
    path: ['toUserId'],
    message: 'Nobody can take over from themselves',
  })
export type RequestSwap = z.infer<typeof RequestSwap>

/** `url` is shown this once: whoever knows it reads the calendar. */
export const CalendarFeed = z.object({ url: z.string() })
/** Whether there is such an address, and since when. */
export const CalendarFeedState = z.object({ createdAt: Timestamp.nullable() })
export const OverrideParams = z.object({ id: z.string(), overrideId: z.string() })
