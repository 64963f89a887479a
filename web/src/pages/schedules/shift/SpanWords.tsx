import { ownZone } from '../../../time/zones.ts'
import { spanIn } from '../calendar/words.ts'
import styles from './shift.module.css'

type Props = { zone: string; start: Date; end: Date }

/** From when to when, on the schedule's clocks, and on the reader's where those differ. */
export function SpanWords({ zone, start, end }: Props) {
  const there = spanIn(zone, start, end)
  const here = spanIn(ownZone(), start, end)
  return (
    <>
      <div>{there}</div>
      {here !== there && <div className={styles.quiet}>{here} for you</div>}
    </>
  )
}
