import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconTool } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { maintenanceWindows } from '../../api/maintenance.ts'
import { useReasonAgainst } from '../../api/me.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { ListSkeleton } from '../../ui/Skeletons.tsx'
import { PlanWindow } from './PlanWindow.tsx'
import { WindowGroups } from './WindowGroups.tsx'

/** Planned work, during which new incidents page nobody. */
export function MaintenancePage() {
  const [isPlanning, { open, close }] = useDisclosure(false)
  const plan = (
    <ActionButton
      variant="filled"
      leftSection={<IconPlus size={16} />}
      onClick={open}
      disabledReason={useReasonAgainst('configure')}
    >
      Plan maintenance
    </ActionButton>
  )
  return (
    <Page>
      <PageHeader
        title="Maintenance"
        description="New incidents of these services are recorded meanwhile, and page nobody. Those still active open when the window ends."
        actions={plan}
      />
      <Windows plan={plan} />
      <PlanWindow isOpen={isPlanning} onClose={close} />
    </Page>
  )
}

function Windows({ plan }: { plan: React.ReactNode }) {
  const list = useInfiniteQuery(maintenanceWindows)
  const windows = list.data?.pages.flatMap(({ items }) => items)
  if (!windows) {
    return list.error ? (
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton rows={3} />
    )
  }
  if (windows.length === 0) {
    return (
      <EmptyState icon={IconTool} title="No maintenance is planned" action={plan}>
        Before you take something down on purpose, say so here: its alerts are recorded as suppressed
        incidents instead of waking somebody.
      </EmptyState>
    )
  }
  return (
    <>
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
      <WindowGroups windows={windows} />
      <LoadMore
        hasMore={list.hasNextPage}
        isLoading={list.isFetchingNextPage}
        onLoad={() => void list.fetchNextPage()}
      />
    </>
  )
}
