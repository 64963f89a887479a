import type { OnCallEntry, ScheduleView, Shift, ShiftSwapView } from '#contract/schedules.ts'

const bo = { userId: 'user-bo', name: 'Bo Sandvik' }
const dana = { userId: 'user-dana', name: 'Dana Ortiz' }

/** A schedule where Bo is on call and Dana follows; say what matters about it. */
export const anOnCallEntry = (changes: Partial<OnCallEntry> = {}): OnCallEntry => ({
  scheduleId: 'schedule-primary',
  scheduleName: 'Primary',
  timeZone: 'Europe/Berlin',
  now: [bo],
  until: '2026-11-30T08:00:00.000Z',
  next: null,
  ...changes,
})

/** Dana and Bo by the week, from Monday at nine in Berlin. */
export const aSchedule = (changes: Partial<ScheduleView> = {}): ScheduleView => ({
  id: 'schedule-primary',
  name: 'Primary',
  timeZone: 'Europe/Berlin',
  rotations: [
    {
      id: 'rotation-1',
      name: 'Weekly',
      start: '2026-11-23T09:00',
      every: { count: 1, unit: 'week' },
      members: [bo.userId, dana.userId],
      restrictions: [],
    },
  ],
  overrides: [],
  createdAt: '2026-11-01T00:00:00.000Z',
  updatedAt: '2026-11-01T00:00:00.000Z',
  ...changes,
})

export const aShift = (changes: Partial<Shift> = {}): Shift => ({
  start: '2026-11-23T08:00:00.000Z',
  end: '2026-11-30T08:00:00.000Z',
  userIds: [bo.userId],
  source: 'rotation',
  ...changes,
})

/** Bo would take a shift of Dana's. */
export const aSwap = (changes: Partial<ShiftSwapView> = {}): ShiftSwapView => ({
  id: 'swap-1',
  scheduleId: 'schedule-primary',
  scheduleName: 'Primary',
  start: '2026-11-30T08:00:00.000Z',
  end: '2026-12-07T08:00:00.000Z',
  from: dana,
  to: bo,
  requestedBy: bo.userId,
  status: 'requested',
  createdAt: '2026-11-25T10:00:00.000Z',
  decidedAt: null,
  ...changes,
})
