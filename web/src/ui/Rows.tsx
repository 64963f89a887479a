import styles from './Rows.module.css'

type Props = {
  label: string
  children: React.ReactNode
  /** Without a border of its own, within a card. */
  bare?: boolean
}

/** A list of things, one row each. */
export const Rows = ({ label, children, bare = false }: Props) => (
  <ul className={bare ? styles.list : `${styles.list} ${styles.bordered}`} aria-label={label}>
    {children}
  </ul>
)

type RowProps = {
  /** What it is. A link in it makes the whole row lead there. */
  title: React.ReactNode
  /** One dimmed line below. */
  description?: React.ReactNode
  /** What stands at the right: numbers, states, times. */
  facts?: React.ReactNode
  /** Buttons; they stay above the link of the row. */
  actions?: React.ReactNode
  /** Shown fainter: disabled, over. */
  isFaint?: boolean
}

export const Row = ({ title, description, facts, actions, isFaint = false }: RowProps) => (
  <li className={styles.row} data-faint={isFaint || undefined}>
    <div className={styles.main}>
      <div className={styles.title}>{title}</div>
      {description && <div className={styles.description}>{description}</div>}
    </div>
    {facts && <div className={styles.facts}>{facts}</div>}
    {actions && <div className={styles.actions}>{actions}</div>}
  </li>
)
