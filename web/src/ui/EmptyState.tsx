import type { TablerIcon } from '@tabler/icons-react'
import styles from './EmptyState.module.css'

type Props = {
  icon?: TablerIcon
  title: string
  /** What would be here, and what fills it. */
  children: React.ReactNode
  /** The step that fills it: a button or a link. */
  action?: React.ReactNode
}

/** Stands where a list will be, and teaches. */
export function EmptyState({ icon: Icon, title, children, action }: Props) {
  return (
    <div className={styles.empty}>
      {Icon && (
        <span className={styles.icon}>
          <Icon size={24} stroke={1.5} aria-hidden="true" />
        </span>
      )}
      <h2 className={styles.title}>{title}</h2>
      <div className={styles.words}>{children}</div>
      {action && <div className={styles.action}>{action}</div>}
    </div>
  )
}
