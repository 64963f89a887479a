import { queryOptions } from '@tanstack/react-query'
import { PersonalShiftPage } from '#contract/schedules.ts'
import { request } from './client.ts'

/** When somebody is on call from now on, for 60 days, the first shift first. */
export const upcomingShifts = (userId: string) =>
  queryOptions({
    queryKey: ['schedules', 'upcoming', userId],
    queryFn: () => request(PersonalShiftPage, 'GET', `/users/${userId}/shifts`),
    select: ({ items }) => items,
  })
