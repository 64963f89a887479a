import { VisuallyHidden } from '@mantine/core'
import { IconCircleCheck, IconCircleMinus, IconCircleX, type TablerIcon } from '@tabler/icons-react'
import type { DeliveryOutcome } from '#contract/integrations.ts'
import styles from './deliveries.module.css'
import { outcomeNames } from './outcomes.ts'

const icons = {
  accepted: IconCircleCheck,
  ignored: IconCircleMinus,
  rejected: IconCircleX,
} as const satisfies Record<DeliveryOutcome, TablerIcon>

/** What became of a delivery, by shape and colour. */
export function OutcomeMark({ outcome, withName = false }: { outcome: DeliveryOutcome; withName?: boolean }) {
  const Icon = icons[outcome]
  const name = outcomeNames[outcome]
  return (
    <span className={styles.mark} title={withName ? undefined : name}>
      <Icon size={18} stroke={1.75} aria-hidden="true" className={styles[outcome]} />
      {withName ? name : <VisuallyHidden>{name}: </VisuallyHidden>}
    </span>
  )
}
