import { IconAlertTriangle, IconPhoneCall } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ScheduleView } from '#contract/schedules.ts'
import { onCallNow } from '../../../api/on-call.ts'
import { isAre, momentIn, usePeopleWords } from '../calendar/words.ts'
import styles from './schedule.module.css'

/** Who is on call of this schedule now, until when, and who follows. */
export function NowLine({ schedule }: { schedule: ScheduleView }) {
  const entry = useQuery(onCallNow).data?.find(({ scheduleId }) => scheduleId === schedule.id)
  const { namesOf } = usePeopleWords()
  if (!entry) return null
  const { now, until, next } = entry
  const at = (moment: string) => momentIn(schedule.timeZone, new Date(moment))
  const isGap = now.length === 0
  const who = namesOf(now.map(({ userId }) => userId))
  const Icon = isGap ? IconAlertTriangle : IconPhoneCall
  return (
    <p className={styles.now} data-gap={isGap || undefined}>
      <Icon size={18} aria-hidden="true" />
      <span>
        <strong>{who}</strong> {isAre(who, now.length)} on call now
        {until && `, until ${at(until)}`}
        {next && `. Then ${namesOf(next.people.map(({ userId }) => userId))}, from ${at(next.start)}`}
      </span>
    </p>
  )
}
