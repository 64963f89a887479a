import { Outlet } from '@tanstack/react-router'
import { paths } from '../../paths.ts'
import { TabLinks } from '../../tab-links.tsx'
import styles from './on-call.module.css'

/** What the pages about who is reached share: the way between them. */
export const OnCallLayout = () => (
  <>
    <div className={styles.tabs}>
      <TabLinks
        label="On-call"
        tabs={[
          { name: 'Now', place: paths.onCall() },
          { name: 'Schedules', place: paths.schedules() },
          { name: 'Escalation policies', place: paths.policies() },
          { name: 'Coverage', place: paths.coverage() },
        ]}
      />
    </div>
    <Outlet />
  </>
)
