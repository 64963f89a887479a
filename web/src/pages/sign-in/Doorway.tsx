import { useDocumentTitle } from '@mantine/hooks'
import { BrandMark } from '../../shell/BrandMark.tsx'
import { TroubleBanner } from '../../shell/TroubleBanner.tsx'
import styles from './Doorway.module.css'

type Props = {
  title: string
  description?: React.ReactNode
  /** Where in a flow of several steps this is: "Step 1 of 3". */
  step?: string
  children: React.ReactNode
  /** What else one may have come for. */
  foot?: React.ReactNode
  wide?: boolean
}

/** The room in front of the app: one thing to do, nothing beside it. */
export function Doorway({ title, description, step, children, foot, wide = false }: Props) {
  useDocumentTitle(`${title} · OpsKnight`)
  return (
    <main className={styles.room}>
      <div className={`${styles.column} ${wide ? styles.wide : ''}`}>
        <div className={styles.brand}>
          <BrandMark size={28} />
          OpsKnight
        </div>
        <TroubleBanner shape="card" />
        <section className={styles.card}>
          <header className={styles.header}>
            {step && <p className={styles.step}>{step}</p>}
            <h1 className={styles.title}>{title}</h1>
            {description && <p className={styles.description}>{description}</p>}
          </header>
          {children}
        </section>
        {foot && <div className={styles.foot}>{foot}</div>}
      </div>
    </main>
  )
}
