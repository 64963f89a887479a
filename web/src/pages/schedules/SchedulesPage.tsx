import { IconCalendarTime, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useReasonAgainst } from '../../api/me.ts'
import { scheduleList } from '../../api/schedules.ts'
import { paths } from '../../paths.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { PagedRows } from '../../ui/PagedRows.tsx'
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
  return (
    <PagedRows
      list={useInfiniteQuery(scheduleList)}
      label="Schedules"
      row={(schedule) => <ScheduleRow key={schedule.id} schedule={schedule} />}
      skeletonRows={3}
      empty={
        <EmptyState icon={IconCalendarTime} title="No schedule yet" action={<CreateSchedule />}>
          A schedule hands the pager from person to person: every day at nine, every Monday, or around the
          world with the sun. People can swap shifts, and gaps are shown before they hurt.
        </EmptyState>
      }
    />
  )
}
