import type { OverrideView, ScheduleView, Shift as ShiftView } from '#contract/schedules.ts'
import type { Shift } from './model.ts'
import type { OverrideRow } from './override-store.ts'
import type { ScheduleRow } from './store.ts'
import type { Stretch } from './stretches.ts'

export const toScheduleView = (row: ScheduleRow, overrides: readonly OverrideRow[]): ScheduleView => ({
  id: row.id,
  name: row.name,
  timeZone: row.time_zone,
  rotations: row.rotations,
  overrides: overrides.filter(({ schedule_id }) => schedule_id === row.id).map(toOverrideView),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

export const toOverrideView = (row: OverrideRow): OverrideView => ({
  id: row.id,
  start: row.start_at.toISOString(),
  end: row.end_at.toISOString(),
  userId: row.user_id,
  replaces: row.replaces,
  beside: row.beside,
  createdBy: row.created_by.name,
})

const timestamp = (at: number) => new Date(at).toISOString()

export const toStretchView = ({ start, end }: Stretch) => ({ start: timestamp(start), end: timestamp(end) })

export const toShiftView = ({ userIds, source, ...stretch }: Shift): ShiftView => ({
  ...toStretchView(stretch),
  userIds: [...userIds],
  source,
})
