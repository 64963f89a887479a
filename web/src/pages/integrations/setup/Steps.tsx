import styles from './Steps.module.css'

/** What to do, one after another. */
export const Steps = ({ children }: { children: React.ReactNode }) => (
  <ol className={styles.steps}>{children}</ol>
)

/** One of the steps; its number stands beside it. */
export const Step = ({ title, children }: { title: React.ReactNode; children: React.ReactNode }) => (
  <li className={styles.step}>
    <div className={styles.body}>
      <h2 className={styles.title}>{title}</h2>
      {children}
    </div>
  </li>
)

/** Small doings within a step. */
export const Doings = ({ children }: { children: React.ReactNode }) => (
  <ul className={styles.doings}>{children}</ul>
)

/** Where to go in the menus of another program: `<Menu path="Settings → Integrations" />`. */
export const MenuPath = ({ path }: { path: string }) => <strong className={styles.path}>{path}</strong>
