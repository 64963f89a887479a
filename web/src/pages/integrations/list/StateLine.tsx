import {
  IconAlertCircle,
  IconCircleCheck,
  IconHourglass,
  IconPlayerPause,
  type TablerIcon,
} from '@tabler/icons-react'
import type { Tone } from '../health-words.ts'
import styles from './StateLine.module.css'

const icons = {
  good: IconCircleCheck,
  waiting: IconHourglass,
  problem: IconAlertCircle,
  off: IconPlayerPause,
} as const satisfies Record<Tone, TablerIcon>

/** How an integration is: a mark and a few words. */
export function StateLine({ tone, words }: { tone: Tone; words: string }) {
  const Icon = icons[tone]
  return (
    <span className={`${styles.state} ${styles[tone]}`}>
      <Icon size={16} aria-hidden="true" />
      <span>{words}</span>
    </span>
  )
}
