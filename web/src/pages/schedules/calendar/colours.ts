import { useQuery } from '@tanstack/react-query'
import type { ScheduleView } from '#contract/schedules.ts'
import { useMe } from '../../../api/me.ts'
import { allSchedules } from '../../../api/schedules.ts'

/** How many colours tokens.css has for people; oneself has the accent. */
const COLOURS = 6

/** A name of a colour for every person: the same on every page, and neighbours of a rotation differ. */
export function useColourOf(): (userId: string | undefined) => string {
  const me = useMe()
  const places = placesOf(useQuery(allSchedules).data ?? [])
  return (userId) => {
    if (userId === undefined) return 'nobody'
    if (userId === me.id) return 'me'
    const place = places.get(userId) ?? places.size
    return String((place % COLOURS) + 1)
  }
}

/** People in the order in which schedules name them. */
function placesOf(schedules: readonly Pick<ScheduleView, 'rotations'>[]): Map<string, number> {
  const places = new Map<string, number>()
  for (const { rotations } of schedules)
    for (const { members } of rotations)
      for (const member of members) if (!places.has(member)) places.set(member, places.size)
  return places
}
