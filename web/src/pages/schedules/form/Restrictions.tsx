import { Button, Chip } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { TimeField } from '../../../forms/DateTimeField.tsx'
import { type HoursDraft, officeHours } from './draft.ts'
import styles from './form.module.css'

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

type Props = {
  restrictions: HoursDraft[]
  error: string | undefined
  onChange: (restrictions: HoursDraft[]) => void
}

/** Only at these hours of these days; none: around the clock. */
export const Restrictions = ({ restrictions, error, onChange }: Props) => (
  <div>
    <div className={styles.label}>Hours</div>
    {restrictions.length === 0 && <p className={styles.hint}>Around the clock.</p>}
    {restrictions.map((restriction, index) => (
      <Hours
        key={restriction.key}
        restriction={restriction}
        onChange={(changed) => onChange(restrictions.with(index, changed))}
        onRemove={() => onChange(restrictions.toSpliced(index, 1))}
      />
    ))}
    {error && <p className={styles.error}>{error}</p>}
    <Button
      size="xs"
      mt={8}
      leftSection={<IconPlus size={14} />}
      onClick={() => onChange([...restrictions, officeHours()])}
    >
      {restrictions.length === 0 ? 'Only at certain hours' : 'Add more hours'}
    </Button>
  </div>
)

type HoursProps = {
  restriction: HoursDraft
  onChange: (changed: HoursDraft) => void
  onRemove: () => void
}

function Hours({ restriction, onChange, onRemove }: HoursProps) {
  const { days, from, to } = restriction
  return (
    <div className={styles.hours}>
      <Chip.Group
        multiple
        value={days.map(String)}
        onChange={(chosen) =>
          onChange({ ...restriction, days: chosen.map(Number).toSorted((a, b) => a - b) })
        }
      >
        <fieldset className={styles.days} aria-label="Days">
          {DAYS.map((name, index) => (
            <Chip key={name} value={String(index + 1)} size="xs" radius="sm" variant="light">
              {name}
            </Chip>
          ))}
        </fieldset>
      </Chip.Group>
      <div className={styles.fromTo}>
        <TimeField label="From" value={from} onChange={(time) => onChange({ ...restriction, from: time })} />
        <TimeField
          label="Until"
          value={to === '24:00' ? '00:00' : to}
          onChange={(time) => onChange({ ...restriction, to: time })}
        />
        <Button size="xs" onClick={onRemove}>
          Remove hours
        </Button>
      </div>
      {to <= from && <p className={styles.hint}>Until {to} on the day after.</p>}
    </div>
  )
}
