import { Menu } from '@mantine/core'
import { IconChevronDown, type TablerIcon } from '@tabler/icons-react'
import { useState } from 'react'
import { ActionButton } from './ActionButton.tsx'

type Props = {
  label: string
  icon?: TablerIcon
  disabledReason?: string | undefined
  /** The items of the menu. */
  children: React.ReactNode
  onOpen?: () => void
}

/** A button with more behind it: "Snooze ▾". */
export function MenuButton({ label, icon: Icon = IconChevronDown, disabledReason, children, onOpen }: Props) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Menu
      opened={isOpen}
      onChange={(opened) => setOpen(opened && disabledReason === undefined)}
      position="bottom-start"
      withinPortal={false}
      {...(onOpen && { onOpen })}
    >
      <Menu.Target>
        <ActionButton disabledReason={disabledReason} rightSection={<Icon size={14} aria-hidden="true" />}>
          {label}
        </ActionButton>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        {children}
      </Menu.Dropdown>
    </Menu>
  )
}
