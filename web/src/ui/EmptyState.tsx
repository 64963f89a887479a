import type { TablerIcon } from '@tabler/icons-react'
import styles from './EmptyState.module.css'

type Props = {
  icon?: TablerIcon
  title: string
  /** What would be here, and what fills it. */
  children: React.ReactNode
  /** The step that fills it: a button or a link. */
  action?: React.ReactNode
  /** 1 where it is the whole page. */
  level?: 1 | 2
}

/** Stands where a list will be, and teaches. */
export function EmptyState({ icon: Icon, title, children, action, level = 2 }: Props) {
  const Title = level === 1 ? 'h1' : 'h2'
  return (
    <div className={styles.empty}>
      {Icon && (
        <span className={styles.icon}>
          <Icon size={24} stroke={1.5} aria-hidden="true" />
        </span>
      )}
      <Title className={styles.title}>{title}</Title>
      <div className={styles.words}>{children}</div>
      {action && <div className={styles.action}>{action}</div>}
    </div>
  )
}
