import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Readiness } from '#contract/readiness.ts'
import { trust, useIsSuspected } from './suspicion.ts'

/** What the server says of itself; `unreachable` when nobody answers in its name. */
export type Condition = Readiness | { status: 'unreachable' }

const ASK_AGAIN_MILLISECONDS = 5_000
const WELL: Condition = { status: 'ready', via: 'database' }

const isWell = (condition: Condition) => condition.status === 'ready' && condition.via === 'database'

async function askCondition(): Promise<Condition> {
  const response = await fetch('/readyz', { cache: 'no-store' }).catch(() => null)
  if (!response) return { status: 'unreachable' }
  const said = Readiness.safeParse(await response.json().catch(() => null)).data
  if (said) return said
  // A proxy answers in its place, or does not let this question through.
  return response.status >= 500 ? { status: 'unreachable' } : WELL
}

const conditionQuery = queryOptions({
  queryKey: ['condition'],
  queryFn: async () => {
    const condition = await askCondition()
    if (isWell(condition)) trust()
    return condition
  },
  staleTime: 0,
  retry: false,
  // A browser that calls itself offline may reach a server on its own machine.
  networkMode: 'always',
  refetchInterval: ASK_AGAIN_MILLISECONDS,
})

export type Trouble = Exclude<Condition, { via: 'database' }>

/** What is wrong with the server; null when nothing is known to be. It is asked only while something is amiss. */
export function useTrouble(): Trouble | null {
  const { data } = useQuery({ ...conditionQuery, enabled: useIsSuspected() })
  return !data || (data.status === 'ready' && data.via === 'database') ? null : data
}

/** Does something when what was away is back, so that nobody has to press a button for it. */
export function useWhenBack(action: () => void): void {
  const trouble = useTrouble()
  const isAway = trouble !== null && !(trouble.status === 'ready' && trouble.database !== 'away')
  const wasAway = useRef(isAway)
  useEffect(() => {
    if (wasAway.current && !isAway) action()
    wasAway.current = isAway
  })
}
