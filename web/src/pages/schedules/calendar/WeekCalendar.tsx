import { dayIn } from '../../../time/zones.ts'
import { useNow } from '../../../ui/use-now.ts'
import styles from './calendar.module.css'
import type { Day, Stretch } from './pieces.ts'
import { Strip } from './Strip.tsx'

export type Layer = { name: string; stretches: readonly Stretch[] }

type Props = {
  zone: string
  days: readonly Day[]
  /** Who is on call in the end. */
  final: readonly Stretch[]
  /** What it is made of, the uppermost first. */
  layers: readonly Layer[]
  describe: (stretch: Stretch) => string
  onChoose?: ((stretch: Stretch) => void) | undefined
  /** Without names beside the lines, where there is but one. */
  isBare?: boolean
}

/** A week: who is on call in the end, and the layers that lead to it. */
export function WeekCalendar({ zone, days, final, layers, describe, onChoose, isBare = false }: Props) {
  return (
    <div className={styles.week} data-bare={isBare || undefined}>
      <DayNames zone={zone} days={days} />
      <div className={styles.line} data-final>
        <span className={styles.label}>On call</span>
        <Strip days={days} stretches={final} describe={describe} onChoose={onChoose} />
      </div>
      {layers.map(({ name, stretches }, index) => (
        <div key={`${index}-${name}`} className={styles.line}>
          <span className={styles.label} title={name}>
            {name}
          </span>
          <Strip isLayer days={days} stretches={stretches} describe={describe} />
        </div>
      ))}
    </div>
  )
}

function DayNames({ zone, days }: { zone: string; days: readonly Day[] }) {
  const today = dayIn(zone, useNow())
  return (
    <div className={styles.line} aria-hidden="true">
      <span className={styles.label} />
      <div className={styles.days} style={{ '--days': days.length } as React.CSSProperties}>
        {days.map(({ day }) => (
          <span key={day} className={styles.dayName} data-today={day === today || undefined}>
            <span className={styles.weekday}>{weekday.format(new Date(`${day}T00:00Z`))}</span>
            <span className={styles.number}>{Number(day.slice(8))}</span>
          </span>
        ))}
      </div>
    </div>
  )
}

const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' })
