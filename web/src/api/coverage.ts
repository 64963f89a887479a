import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { Coverage } from '#contract/coverage.ts'
import { query, request } from './client.ts'

/** Every stretch of the next days in which an incident of some service would reach nobody. */
export const coverageOf = (days: number) =>
  queryOptions({
    queryKey: ['coverage', days],
    queryFn: () => request(Coverage, 'GET', `/coverage${query({ days })}`),
    placeholderData: keepPreviousData,
  })
