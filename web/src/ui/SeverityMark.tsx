import { VisuallyHidden } from '@mantine/core'
import type { Severity } from '#contract/common.ts'
import styles from './SeverityMark.module.css'

export const severityName = {
  critical: 'Critical',
  error: 'Error',
  warning: 'Warning',
  info: 'Info',
} as const satisfies Record<Severity, string>

const shapes = {
  critical: <path d="M8 1 15 8 8 15 1 8Z" fill="currentColor" />,
  error: <circle cx="8" cy="8" r="6" fill="currentColor" />,
  warning: (
    <path d="M8 2.5 14.5 13.5H1.5Z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />
  ),
  info: <circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" strokeWidth="1.75" />,
} as const satisfies Record<Severity, React.ReactNode>

type Props = { severity: Severity; size?: number; withName?: boolean }

/** How bad, by shape and colour: ◆ critical, ● error, ▲ warning, ○ info. The only place with these colours. */
export function SeverityMark({ severity, size = 14, withName = false }: Props) {
  const name = severityName[severity]
  return (
    <span className={styles.mark} title={withName ? undefined : name}>
      <svg width={size} height={size} viewBox="0 0 16 16" className={styles[severity]} aria-hidden="true">
        {shapes[severity]}
      </svg>
      {withName ? <span>{name}</span> : <VisuallyHidden>{name}</VisuallyHidden>}
    </span>
  )
}
