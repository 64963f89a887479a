import { Group } from '@mantine/core'
import {
  IconAlertTriangle,
  IconBellRinging,
  IconPhoneCall,
  IconPlugConnected,
  IconServer2,
  IconSettings,
  IconTool,
  type TablerIcon,
} from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import { type Place, paths } from '../paths.ts'
import { BrandMark } from './BrandMark.tsx'
import { PaletteButton } from './PaletteButton.tsx'
import styles from './Shell.module.css'
import { UserMenu } from './UserMenu.tsx'

type Destination = {
  name: string
  icon: TablerIcon
  place: Place
  /** Where else it counts as the present one. */
  also?: readonly string[]
}

const incidents = { name: 'Incidents', icon: IconAlertTriangle, place: paths.incidents() }
const onCall = {
  name: 'On-call',
  icon: IconPhoneCall,
  place: paths.onCall(),
  also: ['/schedules', '/escalation-policies', '/coverage'],
}
const services = { name: 'Services', icon: IconServer2, place: paths.services() }
const integrations = { name: 'Integrations', icon: IconPlugConnected, place: paths.integrations() }
const maintenance = { name: 'Maintenance', icon: IconTool, place: paths.maintenance() }
const notifications = { name: 'Notifications', icon: IconBellRinging, place: paths.notifications() }
const settings = { name: 'Settings', icon: IconSettings, place: paths.settings() }

const onDesktop: Destination[] = [
  incidents,
  onCall,
  services,
  integrations,
  maintenance,
  notifications,
  settings,
]
const onPhone: Destination[] = [incidents, onCall, services, settings]

/** The left edge on a desktop. */
export const SideNavigation = () => (
  <nav className={styles.side} aria-label="Main">
    <Link {...paths.incidents()} className={styles.brand}>
      <BrandMark />
      OpsKnight
    </Link>
    <PaletteButton withName />
    <Links destinations={onDesktop} />
    <div className={styles.foot}>
      <UserMenu withName />
    </div>
  </nav>
)

/** The upper edge on a phone. */
export const TopBar = () => (
  <aside className={styles.top} aria-label="OpsKnight">
    <Link {...paths.incidents()} className={styles.brand}>
      <BrandMark />
      OpsKnight
    </Link>
    <Group gap={4} wrap="nowrap">
      <PaletteButton />
      <UserMenu />
    </Group>
  </aside>
)

/** The lower edge on a phone, within reach of a thumb. */
export const BottomBar = () => (
  <nav aria-label="Main" className={styles.bottom}>
    <Links destinations={onPhone} />
  </nav>
)

function Links({ destinations }: { destinations: Destination[] }) {
  const pathname = useLocation({ select: (location) => location.pathname })
  return (
    <ul className={styles.links}>
      {destinations.map(({ name, icon: Icon, place, also = [] }) => (
        <li key={name}>
          <Link
            {...place}
            className={styles.link}
            activeOptions={{ includeSearch: false }}
            {...(also.some((prefix) => pathname.startsWith(prefix)) && { 'data-within': true })}
          >
            <Icon size={18} stroke={1.75} aria-hidden="true" />
            {name}
          </Link>
        </li>
      ))}
    </ul>
  )
}
