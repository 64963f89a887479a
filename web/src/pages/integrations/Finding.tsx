import {
  IconAlertCircle,
  IconBulb,
  IconCircleCheck,
  IconHourglass,
  type TablerIcon,
} from '@tabler/icons-react'
import styles from './Finding.module.css'

/** `problem`: something does not work. `hint`: it could work better. `waiting`: it goes on by itself. */
export type FindingLevel = 'problem' | 'hint' | 'waiting'

const icons = {
  problem: IconAlertCircle,
  hint: IconBulb,
  waiting: IconHourglass,
} as const satisfies Record<FindingLevel, TablerIcon>

export const Findings = ({ children }: { children: React.ReactNode }) => (
  <ul className={styles.list} aria-label="What was found">
    {children}
  </ul>
)

type Props = {
  level: FindingLevel
  title: string
  /** What it means and what to do about it. */
  children: React.ReactNode
  /** The button that leads to what to do. */
  action?: React.ReactNode
}

/** One thing that somebody should know about an integration. */
export function Finding({ level, title, children, action }: Props) {
  const Icon = icons[level]
  return (
    <li className={styles.found} data-level={level}>
      <Icon size={18} aria-hidden="true" className={styles.icon} />
      <div className={styles.words}>
        <h2 className={styles.title}>{title}</h2>
        <p className={styles.detail}>{children}</p>
      </div>
      {action && <div className={styles.action}>{action}</div>}
    </li>
  )
}

/** Stands where findings would be. */
export const AllIsWell = ({ children }: { children: React.ReactNode }) => (
  <p className={styles.well}>
    <IconCircleCheck size={16} aria-hidden="true" />
    <span>{children}</span>
  </p>
)
