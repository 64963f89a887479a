import { useQueries, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ScheduleView } from '#contract/schedules.ts'
import { previewOf, shiftsOf } from '../../../api/schedules.ts'
import { paths } from '../../../paths.ts'
import { addDays, dayIn, startOfDayIn } from '../../../time/zones.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Card } from '../../../ui/Page.tsx'
import { ListSkeleton } from '../../../ui/Skeletons.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { CalendarTools } from '../calendar/CalendarTools.tsx'
import { MonthCalendar } from '../calendar/MonthCalendar.tsx'
import { daysFrom, type Stretch, withGaps } from '../calendar/pieces.ts'
import { rangeOf } from '../calendar/range.ts'
import { type Layer, WeekCalendar } from '../calendar/WeekCalendar.tsx'
import { spanIn, usePeopleWords } from '../calendar/words.ts'
import { ShiftDialog } from '../shift/ShiftDialog.tsx'
import { AlsoAsList } from './AlsoAsList.tsx'
import { GapNote } from './GapNote.tsx'
import styles from './schedule.module.css'

const route = getRouteApi('/app/schedules/$id')

/** A shift is shown whole, also where it begins before the week or ends after it. */
const MARGIN_DAYS = 14

/** The final schedule in a calendar; whatever is pressed there can be changed. */
export function ScheduleCalendar({ schedule }: { schedule: ScheduleView }) {
  const zone = schedule.timeZone
  const today = dayIn(zone, useNow())
  const { view = 'week', day = today } = route.useSearch()
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<Stretch | null>(null)
  const range = rangeOf(view, day)
  const days = daysFrom(zone, range.first, range.count)
  const shifts = useQuery(shiftsOf(schedule.id, spanAround(zone, range)))
  const final = shifts.data && withGaps(shifts.data, days[0]!.start, days.at(-1)!.end)
  const describe = useDescription(zone)
  const layers = useLayers(schedule, spanAround(zone, range), view === 'week')

  return (
    <section aria-label="Calendar" className={styles.calendar}>
      <CalendarTools
        {...{ view, day, today }}
        onChange={(to) =>
          void navigate({ ...paths.schedule(schedule.id, { view, day, ...to }), replace: true })
        }
      />
      <ErrorNote error={shifts.error} onRetry={() => void shifts.refetch()} />
      {!final && !shifts.error && <ListSkeleton rows={4} />}
      {final && (
        <>
          <GapNote zone={zone} stretches={final} when={`this ${view}`} onChoose={setChosen} />
          <Card>
            {view === 'week' ? (
              <WeekCalendar {...{ zone, days, final, layers, describe }} onChoose={setChosen} />
            ) : (
              <MonthCalendar
                {...{ zone, days, final, describe }}
                month={day.slice(0, 7)}
                onChoose={setChosen}
              />
            )}
          </Card>
          <AlsoAsList zone={zone} stretches={final} onChoose={setChosen} />
        </>
      )}
      <ShiftDialog schedule={schedule} stretch={chosen} onClose={() => setChosen(null)} />
    </section>
  )
}

const spanAround = (zone: string, { first, count }: { first: string; count: number }) => ({
  from: startOfDayIn(zone, addDays(first, -MARGIN_DAYS)),
  to: startOfDayIn(zone, addDays(first, count + MARGIN_DAYS)),
})

/** `Dana Okonjo, Mon 23 Nov, 09:00 – Tue 24 Nov, 09:00, override`. */
function useDescription(zone: string) {
  const { namesOf } = usePeopleWords()
  return ({ start, end, userIds, kind }: Stretch) =>
    [namesOf(userIds), spanIn(zone, start, end), kind === 'override' && 'by an override']
      .filter(Boolean)
      .join(', ')
}

/** What lies above lies above: overrides first, then the rotations, the last one uppermost. */
function useLayers(
  { rotations, overrides, timeZone }: ScheduleView,
  span: { from: Date; to: Date },
  isShown: boolean,
): Layer[] {
  const answers = useQueries({
    queries: rotations.map((rotation) => ({
      ...previewOf({ timeZone, rotations: [withoutId(rotation)] }, span),
      enabled: isShown,
    })),
  })
  const layers = rotations.map(({ name }, index) => ({
    name,
    stretches: (answers[index]?.data ?? []).map(({ start, end, userIds }) => ({
      start: new Date(start),
      end: new Date(end),
      userIds,
      kind: 'rotation' as const,
    })),
  }))
  return [...overrideLayer(overrides), ...layers.toReversed()]
}

const withoutId = ({ id: _, ...rotation }: ScheduleView['rotations'][number]) => rotation

const overrideLayer = (overrides: ScheduleView['overrides']): Layer[] =>
  overrides.length === 0
    ? []
    : [
        {
          name: 'Overrides',
          stretches: overrides.map(({ start, end, userId }) => ({
            start: new Date(start),
            end: new Date(end),
            userIds: userId ? [userId] : [],
            kind: userId ? ('override' as const) : ('gap' as const),
          })),
        },
      ]
