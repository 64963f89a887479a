import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { momentWords } from '../../../ui/time-words.ts'
import styles from './actions.module.css'
import { snoozePresets, toLocalInput } from './snooze-presets.ts'

export type SnoozeProps = {
  onClose: () => void
  /** Gets the end of the snooze, ISO 8601. */
  onSnooze: (until: string) => void
}

/** Until when to be left alone: what people usually choose, or any time. */
export const SnoozeDialog = ({ onClose, onSnooze }: SnoozeProps) => (
  <Modal opened onClose={onClose} title="Snooze until" centered size="sm">
    <SnoozeForm
      onSnooze={(until) => {
        onClose()
        onSnooze(until)
      }}
    />
  </Modal>
)

function SnoozeForm({ onSnooze }: Pick<SnoozeProps, 'onSnooze'>) {
  const now = new Date()
  const [until, setUntil] = useState(toLocalInput(new Date(now.getTime() + 2 * 3_600_000)))
  const [error, setError] = useState<string | null>(null)

  function submit() {
    const at = new Date(until)
    if (at.getTime() > Date.now()) onSnooze(at.toISOString())
    else setError('Choose a time in the future')
  }

  return (
    <Stack gap="md">
      <Stack gap={4}>
        {snoozePresets(now).map(({ label, until: end }, index) => (
          <Button
            key={label}
            justify="space-between"
            fullWidth
            rightSection={<span className={styles.hint}>{momentWords(end, now)}</span>}
            onClick={() => onSnooze(end.toISOString())}
            {...(index === 0 && { 'data-autofocus': true })}
          >
            {label}
          </Button>
        ))}
      </Stack>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Group align="flex-end" gap="sm" wrap="nowrap">
          <TextInput
            type="datetime-local"
            label="Another time"
            className={styles.grow}
            value={until}
            error={error}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
          <Button type="submit" variant="filled">
            Snooze
          </Button>
        </Group>
      </form>
    </Stack>
  )
}
