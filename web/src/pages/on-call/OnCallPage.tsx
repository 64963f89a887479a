import { IconPhoneCall } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { onCallNow } from '../../api/on-call.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { ListSkeleton } from '../../ui/Skeletons.tsx'
import { CreateSchedule } from '../schedules/SchedulesPage.tsx'
import { ScheduleNow } from './now/ScheduleNow.tsx'
import { Swaps } from './now/Swaps.tsx'
import { YouLine } from './now/YouLine.tsx'
import styles from './on-call.module.css'

/** Who is on call now and next, everywhere, and what that means for whoever looks. */
export const OnCallPage = () => (
  <Page>
    <PageHeader
      title="On-call"
      description="Who is reached now, who comes next, and where nobody would be."
    />
    <Now />
  </Page>
)

function Now() {
  const { data: entries, error, refetch } = useQuery(onCallNow)
  if (!entries) {
    return error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <ListSkeleton rows={4} />
  }
  if (entries.length === 0) {
    return (
      <EmptyState icon={IconPhoneCall} title="Nobody is on call yet" action={<CreateSchedule />}>
        Make a schedule, and this page shows who has the pager now, who comes next, and where a gap is.
      </EmptyState>
    )
  }
  // What is missing comes before what is well.
  const byNeed = entries.toSorted((one, other) => Number(one.now.length > 0) - Number(other.now.length > 0))
  return (
    <>
      <ErrorNote error={error} onRetry={() => void refetch()} />
      <YouLine entries={entries} />
      <Swaps />
      <ul className={styles.schedules} aria-label="Schedules">
        {byNeed.map((entry) => (
          <ScheduleNow key={entry.scheduleId} entry={entry} />
        ))}
      </ul>
    </>
  )
}
