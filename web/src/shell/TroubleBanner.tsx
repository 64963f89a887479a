import { IconDatabaseOff, IconRefresh } from '@tabler/icons-react'
import { useTrouble } from '../api/readiness.ts'
import styles from './TroubleBanner.module.css'
import { wordsOf } from './trouble-words.ts'

type Props = {
  /** A bar across the page, or a card of its own. */
  shape?: 'bar' | 'card'
}

/** Says that the server or its database is away, and what becomes of alerts meanwhile. Nothing when all is well. */
export function TroubleBanner({ shape = 'bar' }: Props) {
  const trouble = useTrouble()
  if (!trouble) return null
  const { headline, meaning, isMending } = wordsOf(trouble)
  const Icon = isMending ? IconRefresh : IconDatabaseOff
  return (
    <div
      className={`${styles.banner} ${styles[shape]} ${isMending ? styles.mending : ''}`}
      data-trouble={shape}
    >
      <Icon size={16} aria-hidden="true" className={styles.icon} />
      <p className={styles.words}>
        {/* The number that follows changes all the time and is not read out again and again. */}
        <strong role={isMending ? 'status' : 'alert'}>{headline}</strong> {meaning}
      </p>
    </div>
  )
}
