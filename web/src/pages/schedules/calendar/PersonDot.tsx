import { useColourOf } from './colours.ts'
import styles from './PersonDot.module.css'

/** The colour that a person has in calendars. */
export const PersonDot = ({ userId }: { userId: string }) => (
  <span className={styles.dot} data-colour={useColourOf()(userId)} aria-hidden="true" />
)
