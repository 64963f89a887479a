import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { OnCallEntry } from '#contract/schedules.ts'
import { scheduleOne, shiftsOf } from '../../../api/schedules.ts'
import { paths } from '../../../paths.ts'
import { addDays, dayIn, differenceWords, ownZone, startOfDayIn } from '../../../time/zones.ts'
import { useNow } from '../../../ui/use-now.ts'
import { PersonDot } from '../../schedules/calendar/PersonDot.tsx'
import { daysFrom, type Stretch, withGaps } from '../../schedules/calendar/pieces.ts'
import { WeekCalendar } from '../../schedules/calendar/WeekCalendar.tsx'
import { momentIn, spanIn, usePeopleWords } from '../../schedules/calendar/words.ts'
import { GapNote } from '../../schedules/schedule/GapNote.tsx'
import { ShiftDialog } from '../../schedules/shift/ShiftDialog.tsx'
import styles from '../on-call.module.css'

const SHOWN_DAYS = 7
const MARGIN_DAYS = 14

/** One schedule: who is on call, who follows, and the week to come. */
export function ScheduleNow({ entry }: { entry: OnCallEntry }) {
  const { scheduleId, scheduleName, timeZone, now: people, until, next } = entry
  const difference = differenceWords(timeZone, ownZone(), useNow())
  const at = (moment: string) => momentIn(timeZone, new Date(moment))
  return (
    <li className={styles.schedule} data-gap={people.length === 0 || undefined}>
      <div className={styles.head}>
        <h2 className={styles.name}>
          <Link {...paths.schedule(scheduleId)}>{scheduleName}</Link>
        </h2>
        <span className={styles.zone}>
          {timeZone}
          {difference && `, ${difference}`}
        </span>
      </div>
      <dl className={styles.turns}>
        <div className={styles.turn} data-now>
          <dt>Now</dt>
          <dd>
            <Names people={people} />
            {until && <small>until {at(until)}</small>}
          </dd>
        </div>
        <div className={styles.turn}>
          <dt>Next</dt>
          <dd>
            {next ? (
              <>
                <Names people={next.people} />
                <small>from {at(next.start)}</small>
              </>
            ) : (
              <span className={styles.faint}>{people.length > 0 && !until ? 'No hand-over' : 'Nobody'}</span>
            )}
          </dd>
        </div>
      </dl>
      <Week entry={entry} />
    </li>
  )
}

function Names({ people }: { people: OnCallEntry['now'] }) {
  const { nameOf } = usePeopleWords()
  if (people.length === 0)
    return (
      <strong className={styles.nobody}>
        <IconAlertTriangle size={16} aria-hidden="true" />
        Nobody
      </strong>
    )
  return (
    <strong className={styles.names}>
      {people.map(({ userId }) => (
        <span key={userId} className={styles.person}>
          <PersonDot userId={userId} />
          {nameOf(userId)}
        </span>
      ))}
    </strong>
  )
}

/** Today and the days after; a shift is taken by pressing it. */
function Week({ entry: { scheduleId, timeZone } }: { entry: OnCallEntry }) {
  const first = dayIn(timeZone, useNow())
  const days = daysFrom(timeZone, first, SHOWN_DAYS)
  const { namesOf } = usePeopleWords()
  const [chosen, setChosen] = useState<Stretch | null>(null)
  const schedule = useQuery(scheduleOne(scheduleId)).data
  const shifts = useQuery(
    shiftsOf(scheduleId, {
      from: startOfDayIn(timeZone, addDays(first, -MARGIN_DAYS)),
      to: startOfDayIn(timeZone, addDays(first, SHOWN_DAYS + MARGIN_DAYS)),
    }),
  ).data
  if (!shifts) return <div className={styles.waiting} />
  const final = withGaps(shifts, days[0]!.start, days.at(-1)!.end)
  return (
    <div className={styles.week}>
      <GapNote
        zone={timeZone}
        stretches={final}
        when={`in the next ${SHOWN_DAYS} days`}
        onChoose={schedule && setChosen}
      />
      <WeekCalendar
        zone={timeZone}
        days={days}
        final={final}
        layers={[]}
        describe={({ userIds, start, end }) => `${namesOf(userIds)}, ${spanIn(timeZone, start, end)}`}
        onChoose={schedule && setChosen}
        isBare
      />
      {schedule && <ShiftDialog schedule={schedule} stretch={chosen} onClose={() => setChosen(null)} />}
    </div>
  )
}
