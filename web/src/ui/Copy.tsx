import { ActionIcon, Button, Code, Group, CopyButton as MantineCopy, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import styles from './Copy.module.css'

type Props = {
  value: string
  /** What is copied, for the label: "Copy webhook URL". */
  what: string
}

/** Copies, and says that it did. */
export function CopyButton({ value, what, withText = false }: Props & { withText?: boolean }) {
  return (
    <MantineCopy value={value} timeout={2_000}>
      {({ copied, copy }) => {
        const label = copied ? 'Copied' : `Copy ${what}`
        const Icon = copied ? IconCheck : IconCopy
        return withText ? (
          <Button leftSection={<Icon size={16} />} onClick={copy} aria-label={label} aria-live="polite">
            {copied ? 'Copied' : 'Copy'}
          </Button>
        ) : (
          <Tooltip label={label} closeDelay={300}>
            <ActionIcon size="sm" onClick={copy} aria-label={label} aria-live="polite">
              <Icon size={16} className={copied ? styles.done : styles.quiet} />
            </ActionIcon>
          </Tooltip>
        )
      }}
    </MantineCopy>
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
