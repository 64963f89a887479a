import styles from './MiddleEllipsis.module.css'
import { splitTitle } from './middle-ellipsis.ts'

/** One line of text that is shortened in its middle when its end matters; all of it on hover. */
export function MiddleEllipsis({ text }: { text: string }) {
  const { head, tail } = splitTitle(text)
  return (
    <span className={styles.line} title={text}>
      <span className={styles.head}>{head}</span>
      {tail && <span className={styles.tail}>{tail}</span>}
    </span>
  )
}
