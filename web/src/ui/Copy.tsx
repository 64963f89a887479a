import { ActionIcon, Button, Code, Group, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy, IconX } from '@tabler/icons-react'
import styles from './Copy.module.css'
import { useCopy } from './use-copy.ts'

type Props = {
  value: string
  /** What is copied, for the label: "Copy webhook URL". */
  what: string
}

const icons = { ready: IconCopy, copied: IconCheck, failed: IconX } as const

/** Copies, and says that it did. */
export function CopyButton({ value, what, withText = false }: Props & { withText?: boolean }) {
  const { state, copy } = useCopy()
  const label = { ready: `Copy ${what}`, copied: 'Copied', failed: 'Not copied: mark it by hand' }[state]
  const text = { ready: 'Copy', copied: 'Copied', failed: 'Not copied' }[state]
  const Icon = icons[state]
  return withText ? (
    <Button
      leftSection={<Icon size={16} />}
      onClick={() => copy(value)}
      aria-label={label}
      aria-live="polite"
    >
      {text}
    </Button>
  ) : (
    <Tooltip label={label} closeDelay={300}>
      <ActionIcon onClick={() => copy(value)} aria-label={label} aria-live="polite">
        <Icon size={16} className={state === 'copied' ? styles.done : undefined} />
      </ActionIcon>
    </Tooltip>
  )
}

/** A value to take elsewhere, in monospace, with its button beside it. */
export function CopyField({ value, what, label }: Props & { label?: string }) {
  return (
    <div>
      {label && <div className={styles.label}>{label}</div>}
      <Group wrap="nowrap" gap={8} className={styles.field}>
        <Code className={styles.value}>{value}</Code>
        <CopyButton value={value} what={what} withText />
      </Group>
    </div>
  )
}

/** A program or an example of several lines, to copy as a whole. */
export function CopyBlock({ value, what }: Props) {
  return (
    <div className={styles.block}>
      <pre className={styles.pre}>{value}</pre>
      <div className={styles.corner}>
        <CopyButton value={value} what={what} />
      </div>
    </div>
  )
}
