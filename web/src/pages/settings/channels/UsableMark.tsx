import { IconCircle, IconCircleCheck } from '@tabler/icons-react'
import type { ChannelView } from '#contract/channels.ts'
import styles from './channels.module.css'

/** Whether pages can go out on a channel now, by sign and word. */
export function UsableMark({ channel: { usable, configuredBy, problem } }: { channel: ChannelView }) {
  if (usable) {
    return (
      <span className={`${styles.state} ${styles.usable}`}>
        <IconCircleCheck size={16} aria-hidden="true" /> Ready
      </span>
    )
  }
  return (
    <span className={styles.state}>
      <IconCircle size={16} aria-hidden="true" />
      {configuredBy && problem ? 'Cannot be used' : 'Not set up'}
    </span>
  )
}
