import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { PutSchedule } from '#contract/schedules.ts'
import { previewOf } from '../../../api/schedules.ts'
import { addDays, startOfDayIn } from '../../../time/zones.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { ListSkeleton } from '../../../ui/Skeletons.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { MonthCalendar } from '../calendar/MonthCalendar.tsx'
import { daysFrom, withGaps } from '../calendar/pieces.ts'
import { spanIn, usePeopleWords } from '../calendar/words.ts'
import { contentOf, previewRange, type ScheduleDraft } from './draft.ts'
import styles from './form.module.css'

const TYPING_PAUSE_MS = 250

const Previewed = PutSchedule.pick({ timeZone: true, rotations: true })

/** The next weeks as the server would make them of what is written. */
export function Preview({ draft }: { draft: ScheduleDraft }) {
  const [settled] = useDebouncedValue(draft, TYPING_PAUSE_MS)
  const { timeZone: zone } = settled
  const { namesOf } = usePeopleWords()
  const { first, count, last } = previewRange(zone, useNow())
  const content = Previewed.safeParse(contentOf(settled)).data
  const span = { from: startOfDayIn(zone, first), to: startOfDayIn(zone, addDays(last, 1)) }
  const preview = useQuery({
    ...previewOf(content ?? { timeZone: zone, rotations: [] }, span),
    enabled: content !== undefined,
  })
  if (!content && !preview.data) return <p className={styles.hint}>Name a rotation and add people to it.</p>
  if (preview.error) return <ErrorNote error={preview.error} onRetry={() => void preview.refetch()} />
  if (!preview.data) return <ListSkeleton rows={2} />
  return (
    <MonthCalendar
      zone={zone}
      days={daysFrom(zone, first, count)}
      final={withGaps(preview.data, span.from, span.to)}
      describe={({ userIds, start, end }) => `${namesOf(userIds)}, ${spanIn(zone, start, end)}`}
    />
  )
}
