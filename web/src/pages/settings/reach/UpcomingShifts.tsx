import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { PERSONAL_SHIFTS_DAYS, type PersonalShift } from '#contract/schedules.ts'
import { upcomingShifts } from '../../../api/upcoming-shifts.ts'
import { counted } from '../../../forms/counted.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Section } from '../../../ui/Page.tsx'
import { Row, Rows } from '../../../ui/Rows.tsx'
import { TextSkeleton } from '../../../ui/Skeletons.tsx'
import { useNow } from '../../../ui/use-now.ts'
import styles from './reach.module.css'
import { shiftWords } from './shift-words.ts'

/** How many stand there at once; daily shifts are many. */
const FIRST = 5

type Props = { userId: string; isMine?: boolean }

/** When somebody is on call next, and of what. */
export const UpcomingShifts = ({ userId, isMine = false }: Props) => (
  <Section flush title="Upcoming shifts" description="In the time of this device.">
    <Shifts userId={userId} isMine={isMine} />
  </Section>
)

function Shifts({ userId, isMine }: Props) {
  const { data: shifts, error, refetch } = useQuery(upcomingShifts(userId))
  if (!shifts) {
    return (
      <div className={styles.urgency}>
        {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <TextSkeleton lines={2} />}
      </div>
    )
  }
  if (shifts.length > 0) return <List shifts={shifts} />
  return (
    <p className={`${styles.urgency} ${styles.muted}`}>
      {isMine ? 'You are' : 'They are'} on call of no schedule in the next {PERSONAL_SHIFTS_DAYS} days.
    </p>
  )
}

function List({ shifts }: { shifts: PersonalShift[] }) {
  const [isWhole, setWhole] = useState(false)
  const now = useNow()
  const shown = isWhole ? shifts : shifts.slice(0, FIRST)
  const rest = shifts.length - shown.length
  return (
    <>
      <Rows bare label="Upcoming shifts">
        {shown.map((shift) => (
          <Row
            key={`${shift.scheduleId} ${shift.start}`}
            title={shift.scheduleName}
            description={shiftWords(shift, now)}
            facts={Date.parse(shift.start) <= now.getTime() && 'On call now'}
          />
        ))}
      </Rows>
      {rest > 0 && (
        <div className={styles.more}>
          <Button size="xs" onClick={() => setWhole(true)}>
            Show {counted(rest, 'later shift')}
          </Button>
        </div>
      )}
    </>
  )
}
