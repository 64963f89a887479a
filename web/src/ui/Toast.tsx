import { Button } from '@mantine/core'
import styles from './Toast.module.css'

type Props = {
  title: string
  detail?: string | undefined
  /** The way back, or the next step. */
  action?: string | undefined
  onAction?: (() => void) | undefined
}

/** What a notification says: what happened, to what, and one thing to do about it. */
export const Toast = ({ title, detail, action, onAction }: Props) => (
  <div className={styles.toast}>
    <div className={styles.words}>
      <div className={styles.title}>{title}</div>
      {detail && <div className={styles.detail}>{detail}</div>}
    </div>
    {action && onAction && (
      <Button size="xs" onClick={onAction}>
        {action}
      </Button>
    )}
  </div>
)
