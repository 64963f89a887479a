import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowsSplit2,
  IconBellOff,
  IconBellRinging,
  IconBellX,
  IconCircleCheck,
  IconCircleHalf2,
  IconClipboardList,
  IconEye,
  IconMessage2,
  IconMoon,
  IconRefresh,
  IconStairsUp,
  IconTrendingUp,
  IconUser,
  type TablerIcon,
} from '@tabler/icons-react'
import type { TimelineKind } from '#contract/incidents.ts'
import styles from './Timeline.module.css'

const icons = {
  triggered: IconAlertTriangle,
  reopened: IconArrowBackUp,
  acknowledged: IconCircleHalf2,
  resolved: IconCircleCheck,
  snoozed: IconMoon,
  suppressed: IconBellOff,
  noted: IconMessage2,
  severity_changed: IconTrendingUp,
  urgency_changed: IconClipboardList,
  assigned: IconUser,
  split: IconArrowsSplit2,
  escalated: IconStairsUp,
  nobody_paged: IconBellX,
  escalation_ended: IconBellX,
  page_sent: IconBellRinging,
  page_failed: IconBellX,
  page_seen: IconEye,
  synced: IconRefresh,
} as const satisfies Record<TimelineKind, TablerIcon>

/** Tells the kinds of entries apart at a glance; the words say the same. */
export function EntryIcon({ kind }: { kind: TimelineKind }) {
  const Icon = icons[kind]
  return (
    <span className={styles.icon}>
      <Icon size={14} stroke={1.75} aria-hidden="true" />
    </span>
  )
}
