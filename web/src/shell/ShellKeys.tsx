import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useKeys } from '../keys.ts'
import { paths } from '../paths.ts'
import { openPalette, useTimesWanted } from './palette-store.ts'

const CommandPalette = lazy(async () => ({
  default: (await import('./CommandPalette.tsx')).CommandPalette,
}))
const KeyHelp = lazy(async () => ({ default: (await import('./KeyHelp.tsx')).KeyHelp }))

/** The keys that work on every page, and what they open. */
export function ShellKeys() {
  const navigate = useNavigate()
  const timesWanted = useTimesWanted()
  const [isHelpOpen, setHelpOpen] = useState(false)

  useKeys(
    {
      'g i': () => void navigate(paths.incidents()),
      'g s': () => void navigate(paths.services()),
      'g o': () => void navigate(paths.onCall()),
      '?': () => setHelpOpen(true),
      'mod+k': openPalette,
    },
    { first: true },
  )

  return (
    <Suspense>
      {timesWanted > 0 && <CommandPalette timesWanted={timesWanted} onHelp={() => setHelpOpen(true)} />}
      {isHelpOpen && <KeyHelp onClose={() => setHelpOpen(false)} />}
    </Suspense>
  )
}
