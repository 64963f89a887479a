import { DateTimeField } from '../../../forms/DateTimeField.tsx'
import { localIn, momentIn, ownZone } from '../../../time/zones.ts'
import styles from './shift.module.css'

export type Part = { start: Date; end: Date }

type Props = { zone: string; part: Part; onChange: (part: Part) => void }

/** From when to when, on the schedule's clocks. */
export const PartFields = ({ zone, part, onChange }: Props) => (
  <div>
    <div className={styles.times}>
      <DateTimeField
        label="From"
        value={localIn(zone, part.start)}
        onChange={(local) => local && onChange({ ...part, start: momentIn(zone, local) })}
      />
      <DateTimeField
        label="Until"
        value={localIn(zone, part.end)}
        error={part.end <= part.start && 'The end must be after the start'}
        onChange={(local) => local && onChange({ ...part, end: momentIn(zone, local) })}
      />
    </div>
    {zone !== ownZone() && <p className={styles.quiet}>Times are in {zone}.</p>}
  </div>
)
