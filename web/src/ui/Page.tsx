import { useDocumentTitle } from '@mantine/hooks'
import styles from './Page.module.css'

type PageProps = {
  children: React.ReactNode
  /** `text` for forms and settings, `wide` for lists and two columns. */
  width?: 'text' | 'wide'
}

/** The room of one page. */
export const Page = ({ children, width = 'wide' }: PageProps) => (
  <div className={`${styles.page} ${styles[width]}`}>{children}</div>
)

type HeaderProps = {
  title: React.ReactNode
  /** The name of the browser's tab, where the title itself is no text or says too much. */
  tab?: string
  /** One sentence on what the page is for. */
  description?: React.ReactNode
  /** The way back up, above the title. */
  above?: React.ReactNode
  /** One primary action and its lesser neighbours. */
  actions?: React.ReactNode
}

/** The head of every page; its title is the h1. */
export function PageHeader({ title, tab, description, above, actions }: HeaderProps) {
  useDocumentTitle(`${tab ?? (typeof title === 'string' ? title : '')} · OpsKnight`)
  return (
    <header className={styles.header}>
      <div className={styles.heading}>
        {above && <div className={styles.above}>{above}</div>}
        <h1 className={styles.title}>{title}</h1>
        {description && <p className={styles.description}>{description}</p>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </header>
  )
}

type SectionProps = {
  title: React.ReactNode
  description?: React.ReactNode
  actions?: React.ReactNode
  children: React.ReactNode
  /** Without padding, for lists and tables that bring their own. */
  flush?: boolean
}

/** A titled part of a page, in a bordered card. */
export const Section = ({ title, description, actions, children, flush = false }: SectionProps) => (
  <section className={styles.section}>
    <div className={styles.sectionHead}>
      <div>
        <h2 className={styles.sectionTitle}>{title}</h2>
        {description && <p className={styles.description}>{description}</p>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
    <Card flush={flush}>{children}</Card>
  </section>
)

/** A bordered surface. */
export const Card = ({ children, flush = false }: { children: React.ReactNode; flush?: boolean }) => (
  <div className={flush ? styles.card : `${styles.card} ${styles.padded}`}>{children}</div>
)
