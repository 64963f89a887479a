import { Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { MenuButton } from '../../../ui/MenuButton.tsx'
import { momentWords } from '../../../ui/time-words.ts'
import styles from './actions.module.css'
import type { SnoozeProps } from './SnoozeDialog.tsx'
import { snoozePresets } from './snooze-presets.ts'

const LazyDialog = lazy(async () => ({ default: (await import('./SnoozeDialog.tsx')).SnoozeDialog }))

/** Asks until when; loaded when it is wanted first. */
export const SnoozeDialog = (props: SnoozeProps) => (
  <Suspense>
    <LazyDialog {...props} />
  </Suspense>
)

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
      {isPicking && <SnoozeDialog onClose={() => setPicking(false)} onSnooze={onSnooze} />}
    </>
  )
}
