import type { ScheduleView } from '#contract/schedules.ts'
import type { Stretch } from '../calendar/pieces.ts'
import { OverrideLine } from './OverrideLine.tsx'
import styles from './shift.module.css'

type Props = { schedule: ScheduleView; stretch: Stretch; onDone: () => void }

/** The overrides that made this shift what it is; each can be removed. */
export function ShiftOverrides({ schedule, stretch, onDone }: Props) {
  const overrides = schedule.overrides.filter(
    ({ start, end }) => new Date(start) < stretch.end && new Date(end) > stretch.start,
  )
  if (overrides.length === 0) return null
  return (
    <ul className={styles.overrides} aria-label="Overrides of this shift">
      {overrides.map((override) => (
        <OverrideLine key={override.id} schedule={schedule} override={override} onDone={onDone} />
      ))}
    </ul>
  )
}
