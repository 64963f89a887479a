import { useQueryClient } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { followLive } from '../api/live.ts'
import { BottomBar, SideNavigation, TopBar } from './Navigation.tsx'
import styles from './Shell.module.css'
import { ShellKeys } from './ShellKeys.tsx'
import { TroubleBanner } from './TroubleBanner.tsx'

/** What stands around every page behind sign-in; it keeps the pages live. */
export function Shell() {
  const queryClient = useQueryClient()
  useEffect(() => followLive(queryClient), [queryClient])

  return (
    <div className={styles.shell}>
      <a href="#main" className={styles.skip}>
        Skip to content
      </a>
      <SideNavigation />
      <TopBar />
      <main id="main" tabIndex={-1} className={styles.main}>
        <TroubleBanner />
        <Outlet />
      </main>
      <BottomBar />
      <ShellKeys />
    </div>
  )
}
