import { Link } from '@tanstack/react-router'
import type { Place } from './paths.ts'
import styles from './tab-links.module.css'

export type Tab = { name: string; place: Place; isActive?: boolean; count?: number | undefined }

/** Parts of one thing, each with an address of its own. `isActive` is for tabs that differ only after the `?`. */
export const TabLinks = ({ label, tabs }: { label: string; tabs: readonly Tab[] }) => (
  <nav aria-label={label} className={styles.tabs}>
    {tabs.map(({ name, place, isActive, count }) => (
      <Link
        key={name}
        {...place}
        className={styles.tab}
        activeOptions={
          isActive === undefined ? { exact: true, includeSearch: false } : { includeSearch: true }
        }
        activeProps={isActive === undefined ? { 'data-current': true } : {}}
        {...(isActive && { 'data-current': true, 'aria-current': 'page' })}
      >
        {name}
        {count !== undefined && <span className={styles.count}>{count}</span>}
      </Link>
    ))}
  </nav>
)
