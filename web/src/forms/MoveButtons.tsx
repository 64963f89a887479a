import { ActionIcon, Group } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react'
import styles from './MoveButtons.module.css'

type Props = {
  /** Whose place it is, for the labels: "Move Dana up". */
  what: string
  index: number
  count: number
  onMove: (by: 1 | -1) => void
  onRemove: () => void
}

/** The place of one thing among others: up, down, away. Works with any pointer and with the keyboard. */
export const MoveButtons = ({ what, index, count, onMove, onRemove }: Props) => (
  <Group gap={2} wrap="nowrap">
    {count > 1 && (
      <>
        <ActionIcon
          size="sm"
          aria-label={`Move ${what} up`}
          disabled={index === 0}
          className={styles.move!}
          onClick={() => onMove(-1)}
        >
          <IconArrowUp size={16} aria-hidden="true" />
        </ActionIcon>
        <ActionIcon
          size="sm"
          aria-label={`Move ${what} down`}
          disabled={index === count - 1}
          className={styles.move!}
          onClick={() => onMove(1)}
        >
          <IconArrowDown size={16} aria-hidden="true" />
        </ActionIcon>
      </>
    )}
    <ActionIcon size="sm" aria-label={`Remove ${what}`} onClick={onRemove}>
      <IconX size={16} aria-hidden="true" />
    </ActionIcon>
  </Group>
)
