import type { z } from 'zod'
import type { PutSchedule, Restriction, ScheduleView } from '#contract/schedules.ts'
import { addDays, dayIn, mondayOf } from '../../../time/zones.ts'

/** Hours as they are being written; `key` is only for the screen, here and below. */
export type HoursDraft = Restriction & { key: string }
/** A rotation as it is being written. */
export type RotationDraft = {
  key: string
  name: string
  start: string
  every: { count: number | string; unit: 'hour' | 'day' | 'week' }
  members: string[]
  restrictions: HoursDraft[]
}
export type ScheduleDraft = { name: string; timeZone: string; rotations: RotationDraft[] }

let lastKey = 0
const newKey = () => `draft-${++lastKey}`

/** Weekly from this Monday, nine o'clock, on. */
export const newRotation = (zone: string, now: Date, name: string): RotationDraft => ({
  key: newKey(),
  name,
  start: `${mondayOf(dayIn(zone, now))}T09:00`,
  every: { count: 1, unit: 'week' },
  members: [],
  restrictions: [],
})

export const draftOf = ({ name, timeZone, rotations }: ScheduleView): ScheduleDraft => ({
  name,
  timeZone,
  rotations: rotations.map(({ id: _, ...rotation }) => ({
    ...rotation,
    key: newKey(),
    restrictions: rotation.restrictions.map((hours) => ({ ...hours, key: newKey() })),
  })),
})

/** What is sent. */
export const contentOf = ({ name, timeZone, rotations }: ScheduleDraft): z.input<typeof PutSchedule> => ({
  name,
  timeZone,
  rotations: rotations.map(({ key: _, ...rotation }) => ({
    ...rotation,
    every: { ...rotation.every, count: Number(rotation.every.count) },
    restrictions: rotation.restrictions.map(({ key: _, ...hours }) => hours),
  })),
})

/** What people ask for most: Monday to Friday, nine to five. */
export const officeHours = (): HoursDraft => ({
  key: newKey(),
  days: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '17:00',
})

/** The first day of the preview, and how many follow: two weeks from Monday on. */
export const previewRange = (zone: string, now: Date) => {
  const first = mondayOf(dayIn(zone, now))
  return { first, count: 14, last: addDays(first, 13) }
}
