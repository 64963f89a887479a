import { ActionIcon, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { Kbd } from '../ui/Kbd.tsx'
import { openPalette } from './palette-store.ts'
import styles from './Shell.module.css'

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** Opens the command palette, for those who do not know the key yet. */
export const PaletteButton = ({ withName = false }: { withName?: boolean }) =>
  withName ? (
    <UnstyledButton className={styles.palette} onClick={openPalette} aria-keyshortcuts="Meta+K Control+K">
      <IconSearch size={16} stroke={1.75} aria-hidden="true" />
      Find or do
      <span className={styles.paletteKeys} aria-hidden="true">
        <Kbd keys={isMac ? '⌘ K' : 'Ctrl K'} />
      </span>
    </UnstyledButton>
  ) : (
    <ActionIcon onClick={openPalette} aria-label="Find or do">
      <IconSearch size={20} stroke={1.75} />
    </ActionIcon>
  )
