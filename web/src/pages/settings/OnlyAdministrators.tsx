import { IconLock } from '@tabler/icons-react'
import { useMe } from '../../api/me.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'

/** Stands where something is that the reader may not see. */
export const OnlyAdministrators = ({ what }: { what: string }) => (
  <EmptyState icon={IconLock} title={`Only administrators see the ${what}`}>
    Your role is {useMe().role}. Ask an administrator if you need something here.
  </EmptyState>
)
