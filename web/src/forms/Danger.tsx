import styles from './Danger.module.css'

type Props = {
  title?: string
  /** What it does, before anybody presses the button. */
  words: React.ReactNode
  /** The button. */
  children: React.ReactNode
}

/** Something that is rarely done and hard to take back: what it does, and its button beside it. */
export const Danger = ({ title, words, children }: Props) => (
  <div className={styles.danger}>
    <div className={styles.words}>
      {title && <h3 className={styles.title}>{title}</h3>}
      <p className={styles.text}>{words}</p>
    </div>
    <div className={styles.buttons}>{children}</div>
  </div>
)
