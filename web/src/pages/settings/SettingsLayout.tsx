import { Outlet } from '@tanstack/react-router'
import { paths } from '../../paths.ts'
import { TabLinks } from '../../tab-links.tsx'
import styles from './settings.module.css'

/** What the pages of the settings share: the way between them. */
export const SettingsLayout = () => (
  <>
    <div className={styles.tabs}>
      <TabLinks
        label="Settings"
        tabs={[
          { name: 'Profile', place: paths.profile() },
          { name: 'People', place: paths.people() },
          { name: 'Teams', place: paths.teams() },
          { name: 'Channels', place: paths.channels() },
          { name: 'API keys', place: paths.apiKeys() },
          { name: 'Audit log', place: paths.auditLog() },
        ]}
      />
    </div>
    <Outlet />
  </>
)
