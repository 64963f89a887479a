import { IconEyeOff } from '@tabler/icons-react'
import { CopyField } from '../ui/Copy.tsx'
import styles from './ShownOnce.module.css'

type Props = {
  value: string
  /** What it is, for the copy button: "API key". */
  what: string
  /** Who needs it, or what to do with it. */
  children: React.ReactNode
}

/** A secret that the server shows this once. */
export const ShownOnce = ({ value, what, children }: Props) => (
  <div className={styles.box}>
    <p className={styles.words}>
      <IconEyeOff size={16} aria-hidden="true" className={styles.icon} />
      <span>{children}</span>
    </p>
    <CopyField value={value} what={what} />
  </div>
)
