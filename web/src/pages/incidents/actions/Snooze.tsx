import { Button, Group, Menu, Modal, Stack, TextInput } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import { MenuButton } from '../../../ui/MenuButton.tsx'
import { momentWords } from '../../../ui/time-words.ts'
import styles from './actions.module.css'
import { snoozePresets, toLocalInput } from './snooze-presets.ts'

type Props = {
  /** Gets the end of the snooze, ISO 8601. */
  onSnooze: (until: string) => void
  disabledReason?: string | undefined
}

/** Until when to be left alone: what people usually choose, or any time. */
export function SnoozeMenu({ onSnooze, disabledReason }: Props) {
  const [isPicking, setPicking] = useState(false)
  const now = new Date()
  return (
    <>
      <MenuButton label="Snooze" icon={IconChevronDown} disabledReason={disabledReason}>
        {snoozePresets(now).map(({ label, until }) => (
          <Menu.Item
            key={label}
            onClick={() => onSnooze(until.toISOString())}
            rightSection={<span className={styles.hint}>{momentWords(until, now)}</span>}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => setPicking(true)}>Until another time…</Menu.Item>
      </MenuButton>
      <SnoozeDialog isOpen={isPicking} onClose={() => setPicking(false)} onSnooze={onSnooze} />
    </>
  )
}

type DialogProps = Pick<Props, 'onSnooze'> & { isOpen: boolean; onClose: () => void }

/** The same as a dialog, for the key `s` and for a time of one's own. */
export const SnoozeDialog = ({ isOpen, onClose, onSnooze }: DialogProps) => (
  <Modal opened={isOpen} onClose={onClose} title="Snooze until" centered size="sm">
    <SnoozeForm
      onSnooze={(until) => {
        onClose()
        onSnooze(until)
      }}
    />
  </Modal>
)

function SnoozeForm({ onSnooze }: Pick<Props, 'onSnooze'>) {
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
