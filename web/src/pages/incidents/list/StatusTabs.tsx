import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { IncidentCounts } from '#contract/incidents.ts'
import { incidentCounts } from '../../../api/incidents.ts'
import { paths } from '../../../paths.ts'
import { statusName } from '../../../ui/StatusBadge.tsx'
import type { IncidentSearch, StatusTab } from '../search.ts'
import styles from './FilterBar.module.css'

const tabName = { ...statusName, active: 'Active', all: 'All' } as const satisfies Record<StatusTab, string>

/** Tabs that are shown only when there is something in them. */
const RARE: readonly StatusTab[] = ['snoozed', 'suppressed']
const TABS: readonly StatusTab[] = [
  'active',
  'open',
  'acknowledged',
  'snoozed',
  'suppressed',
  'resolved',
  'all',
]

/** The statuses with how many incidents each has now. */
export function StatusTabs({ search }: { search: IncidentSearch }) {
  const counts = useQuery(incidentCounts).data
  const current = search.status ?? 'active'
  const tabs = TABS.filter((tab) => !RARE.includes(tab) || tab === current || countOf(counts, tab))
  const nav = useCurrentInSight(current, tabs.length)
  return (
    <nav ref={nav} aria-label="Status" className={styles.tabs}>
      {tabs.map((tab) => (
        <Link
          key={tab}
          {...paths.incidents({ ...search, status: tab === 'active' ? undefined : tab })}
          className={styles.tab}
          data-tab={tab}
          aria-current={tab === current ? 'page' : undefined}
          resetScroll={false}
          // Without a status in the URL every URL would do for the first tab.
          activeOptions={{ exact: true }}
        >
          {tabName[tab]} <Count count={countOf(counts, tab)} />
        </Link>
      ))}
    </nav>
  )
}

/** On a phone the tabs are wider than the screen. */
function useCurrentInSight(current: StatusTab, count: number) {
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    if (count === 0) return
    nav.current
      ?.querySelector(`[data-tab=${current}]`)
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [current, count])
  return nav
}

const Count = ({ count }: { count: number | undefined }) =>
  count === undefined ? null : <span className={styles.count}>{count}</span>

function countOf(counts: IncidentCounts | undefined, tab: StatusTab): number | undefined {
  if (!counts || tab === 'resolved' || tab === 'all') return undefined
  if (tab !== 'active') return counts[tab]
  return counts.open + counts.acknowledged + counts.snoozed + counts.suppressed
}
