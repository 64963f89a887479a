import { useDisclosure } from '@mantine/hooks'
import { IconCalendarPlus, IconPencil } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { ScheduleView } from '#contract/schedules.ts'
import { useReasonAgainst } from '../../api/me.ts'
import { scheduleOne } from '../../api/schedules.ts'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { DetailSkeleton } from '../../ui/Skeletons.tsx'
import { CalendarFeed } from './schedule/CalendarFeed.tsx'
import { NowLine } from './schedule/NowLine.tsx'
import { Overrides } from './schedule/Overrides.tsx'
import { ScheduleCalendar } from './schedule/ScheduleCalendar.tsx'
import styles from './schedule/schedule.module.css'
import { UsedBy } from './schedule/UsedBy.tsx'
import { ZoneNote } from './schedule/ZoneNote.tsx'
import { AddOverride } from './shift/AddOverride.tsx'

const route = getRouteApi('/app/schedules/$id')

/** One schedule: who is on call now and next, and a calendar of who will be. */
export function SchedulePage() {
  const { id } = route.useParams()
  const { data: schedule, error, refetch } = useQuery(scheduleOne(id))
  return (
    <Page>
      <PageHeader
        title={schedule?.name ?? 'Schedule'}
        above={<TextLink {...paths.schedules()}>Schedules</TextLink>}
        description={schedule && <ZoneNote zone={schedule.timeZone} />}
        actions={schedule && <Actions schedule={schedule} />}
      />
      <ErrorNote error={error} onRetry={() => void refetch()} />
      {schedule ? <Schedule schedule={schedule} /> : !error && <DetailSkeleton />}
    </Page>
  )
}

function Schedule({ schedule }: { schedule: ScheduleView }) {
  return (
    <>
      <NowLine schedule={schedule} />
      <ScheduleCalendar schedule={schedule} />
      <div className={styles.columns}>
        <Overrides schedule={schedule} />
        <div className={styles.column}>
          <UsedBy scheduleId={schedule.id} />
          <CalendarFeed of="schedules" id={schedule.id} />
        </div>
      </div>
    </>
  )
}

function Actions({ schedule }: { schedule: ScheduleView }) {
  const navigate = useNavigate()
  const [isAdding, { open, close }] = useDisclosure(false)
  return (
    <>
      <ActionButton
        leftSection={<IconPencil size={16} />}
        disabledReason={useReasonAgainst('configure')}
        onClick={() => void navigate(paths.editSchedule(schedule.id))}
      >
        Edit
      </ActionButton>
      <ActionButton
        variant="filled"
        leftSection={<IconCalendarPlus size={16} />}
        disabledReason={useReasonAgainst('act')}
        onClick={open}
      >
        Add override
      </ActionButton>
      <AddOverride schedule={schedule} isOpen={isAdding} onClose={close} />
    </>
  )
}
