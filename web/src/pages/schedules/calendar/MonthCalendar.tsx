import { dayIn } from '../../../time/zones.ts'
import { useNow } from '../../../ui/use-now.ts'
import styles from './calendar.module.css'
import type { Day, Stretch } from './pieces.ts'
import { Strip } from './Strip.tsx'

type Props = {
  zone: string
  /** Whole weeks. */
  days: readonly Day[]
  /** The month that is looked at, `2026-11`; days of others are fainter. */
  month?: string
  final: readonly Stretch[]
  describe: (stretch: Stretch) => string
  onChoose?: ((stretch: Stretch) => void) | undefined
}

/** A month of weeks, each with who is on call in the end. */
export function MonthCalendar({ zone, days, month, final, describe, onChoose }: Props) {
  const today = dayIn(zone, useNow())
  const weeks = Array.from({ length: days.length / 7 }, (_, index) => days.slice(index * 7, index * 7 + 7))
  return (
    <div className={styles.month}>
      <div className={styles.weekdays} aria-hidden="true">
        {['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      {weeks.map((week) => (
        <div key={week[0]!.day} className={styles.monthWeek}>
          <div className={styles.numbers} aria-hidden="true">
            {week.map(({ day }) => (
              <span
                key={day}
                className={styles.dayName}
                data-today={day === today || undefined}
                data-other={(month !== undefined && !day.startsWith(month)) || undefined}
              >
                <span className={styles.number}>{Number(day.slice(8))}</span>
              </span>
            ))}
          </div>
          <Strip days={week} stretches={final} describe={describe} onChoose={onChoose} />
        </div>
      ))}
    </div>
  )
}
