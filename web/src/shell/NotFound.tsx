import { IconMapOff } from '@tabler/icons-react'
import { ButtonLink } from '../link.tsx'
import { paths } from '../paths.ts'
import { EmptyState } from '../ui/EmptyState.tsx'

/** For an address that leads nowhere. */
export const NotFound = () => (
  <main>
    <EmptyState
      level={1}
      icon={IconMapOff}
      title="There is no such page"
      action={<ButtonLink {...paths.incidents()}>Go to incidents</ButtonLink>}
    >
      The address may be mistyped, or what it named was deleted.
    </EmptyState>
  </main>
)
