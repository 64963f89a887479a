import {
  IconBan,
  IconBellOff,
  IconCheck,
  IconChecks,
  IconClock,
  IconEye,
  IconSend,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react'
import type { PageStatus } from '#contract/pages.ts'
import styles from './PageStatusMark.module.css'

export const pageStatusName = {
  due: 'Waiting',
  sending: 'Being sent',
  sent: 'Sent',
  delivered: 'Delivered',
  seen: 'Seen',
  failed: 'Failed',
  cancelled: 'Not needed',
  skipped: 'Not sent',
} as const satisfies Record<PageStatus, string>

const icons = {
  due: IconClock,
  sending: IconSend,
  sent: IconCheck,
  delivered: IconChecks,
  seen: IconEye,
  failed: IconX,
  cancelled: IconBan,
  skipped: IconBellOff,
} as const satisfies Record<PageStatus, TablerIcon>

/** Where a page stands, by sign and word. */
export function PageStatusMark({ status }: { status: PageStatus }) {
  const Icon = icons[status]
  return (
    <span className={`${styles.mark} ${styles[status]}`}>
      <Icon size={14} stroke={2} aria-hidden="true" />
      {pageStatusName[status]}
    </span>
  )
}
