import {
  IconBellOff,
  IconCircle,
  IconCircleCheck,
  IconCircleHalf2,
  IconMoon,
  type TablerIcon,
} from '@tabler/icons-react'
import type { IncidentStatus } from '#contract/incidents.ts'
import styles from './StatusBadge.module.css'

export const statusName = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  snoozed: 'Snoozed',
  suppressed: 'Suppressed',
  resolved: 'Resolved',
} as const satisfies Record<IncidentStatus, string>

const icons = {
  open: IconCircle,
  acknowledged: IconCircleHalf2,
  snoozed: IconMoon,
  suppressed: IconBellOff,
  resolved: IconCircleCheck,
} as const satisfies Record<IncidentStatus, TablerIcon>

/** Where an incident stands. `children` may say more than its name: by whom, until when. */
export function StatusBadge({ status, children }: { status: IncidentStatus; children?: React.ReactNode }) {
  const Icon = icons[status]
  return (
    <span className={`${styles.badge} ${styles[status]}`}>
      <Icon size={14} stroke={2} aria-hidden="true" />
      <span className={styles.words}>{children ?? statusName[status]}</span>
    </span>
  )
}
