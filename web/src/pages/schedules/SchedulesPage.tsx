import { IconCalendarTime, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useReasonAgainst } from '../../api/me.ts'
import { scheduleList } from '../../api/schedules.ts'
import { paths } from '../../paths.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { Rows } from '../../ui/Rows.tsx'
import { ListSkeleton } from '../../ui/Skeletons.tsx'
import { ScheduleRow } from './list/ScheduleRow.tsx'

/** All schedules, each with who is on call now. */
export function SchedulesPage() {
  return (
    <Page>
      <PageHeader
        title="Schedules"
        description="Who is on call when. Escalation policies page whoever a schedule names at that moment."
        actions={<CreateSchedule />}
      />
      <Schedules />
    </Page>
  )
}

export function CreateSchedule() {
  const navigate = useNavigate()
  return (
    <ActionButton
      variant="filled"
      leftSection={<IconPlus size={16} />}
      disabledReason={useReasonAgainst('configure')}
      onClick={() => void navigate(paths.newSchedule())}
    >
      Create schedule
    </ActionButton>
  )
}

function Schedules() {
  const list = useInfiniteQuery(scheduleList)
  const schedules = list.data?.pages.flatMap(({ items }) => items)
  if (!schedules) {
    return list.error ? (
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton rows={3} />
    )
  }
  if (schedules.length === 0) {
    return (
      <EmptyState icon={IconCalendarTime} title="No schedule yet" action={<CreateSchedule />}>
        A schedule hands the pager from person to person: every day at nine, every Monday, or around the world
        with the sun. People can swap shifts, and gaps are shown before they hurt.
      </EmptyState>
    )
  }
  return (
    <>
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
      <Rows label="Schedules">
        {schedules.map((schedule) => (
          <ScheduleRow key={schedule.id} schedule={schedule} />
        ))}
      </Rows>
      <LoadMore
        automatic
        hasMore={list.hasNextPage}
        isLoading={list.isFetchingNextPage}
        onLoad={list.fetchNextPage}
      />
    </>
  )
}
