import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ScheduleView } from '#contract/schedules.ts'
import { onCallNow } from '../../../api/on-call.ts'
import { counted } from '../../../forms/counted.ts'
import { paths } from '../../../paths.ts'
import { Row } from '../../../ui/Rows.tsx'
import { isAre, momentIn, usePeopleWords } from '../calendar/words.ts'
import styles from './ScheduleRow.module.css'

/** A schedule: what it is made of, and who is on call now. */
export function ScheduleRow({ schedule }: { schedule: ScheduleView }) {
  const { id, name, timeZone, rotations } = schedule
  const people = new Set(rotations.flatMap(({ members }) => members)).size
  return (
    <Row
      title={<Link {...paths.schedule(id)}>{name}</Link>}
      description={`${timeZone} · ${counted(rotations.length, 'rotation')} · ${counted(people, 'person', 'people')}`}
      facts={<Now schedule={schedule} />}
    />
  )
}

function Now({ schedule: { id, timeZone } }: { schedule: ScheduleView }) {
  const entry = useQuery(onCallNow).data?.find(({ scheduleId }) => scheduleId === id)
  const { namesOf } = usePeopleWords()
  if (!entry) return null
  const who = namesOf(entry.now.map(({ userId }) => userId))
  return (
    <span className={entry.now.length === 0 ? styles.gap : undefined}>
      {who} {isAre(who, entry.now.length)} on call
      {entry.until && ` until ${momentIn(timeZone, new Date(entry.until))}`}
    </span>
  )
}
