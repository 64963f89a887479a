import { NumberInput, Select, TextInput } from '@mantine/core'
import { DateTimeField } from '../../../forms/DateTimeField.tsx'
import { MoveButtons } from '../../../forms/MoveButtons.tsx'
import { Card } from '../../../ui/Page.tsx'
import type { RotationDraft } from './draft.ts'
import styles from './form.module.css'
import { Members } from './Members.tsx'
import { Restrictions } from './Restrictions.tsx'

type Props = {
  rotation: RotationDraft
  index: number
  count: number
  /** By field. */
  problems: Record<string, string>
  onChange: (changed: RotationDraft) => void
  onMove: (by: 1 | -1) => void
  onRemove: () => void
}

const units = [
  { value: 'hour', label: 'hours' },
  { value: 'day', label: 'days' },
  { value: 'week', label: 'weeks' },
]

/** One rotation: who takes turns, how long a turn is, since when, and only at which hours. */
export function RotationCard({ rotation, index, count, problems, onChange, onMove, onRemove }: Props) {
  const { name, start, every, members, restrictions } = rotation
  const set = (changes: Partial<RotationDraft>) => onChange({ ...rotation, ...changes })
  const called = name || `rotation ${index + 1}`
  return (
    <fieldset className={styles.rotation} aria-label={`Rotation ${called}`}>
      <Card>
        <div className={styles.fields}>
          <div className={styles.head}>
            <TextInput
              label={`Rotation ${index + 1}`}
              aria-label={`Name of rotation ${index + 1}`}
              value={name}
              error={problems.name}
              onChange={({ currentTarget }) => set({ name: currentTarget.value })}
              className={styles.grow!}
              autoComplete="off"
            />
            <MoveButtons what={called} {...{ index, count, onMove, onRemove }} />
          </div>
          <Members
            members={members}
            error={problems.members}
            onChange={(changed) => set({ members: changed })}
          />
          <div className={styles.pair}>
            <div className={styles.every}>
              <NumberInput
                label="Hand over every"
                value={every.count}
                error={problems.every}
                min={1}
                max={365}
                allowDecimal={false}
                onChange={(amount) => set({ every: { ...every, count: amount } })}
              />
              <Select
                aria-label="Unit of the turn"
                data={units}
                value={every.unit}
                onChange={(unit) => unit && set({ every: { ...every, unit: unit as typeof every.unit } })}
              />
            </div>
            <DateTimeField
              label="Starting"
              value={start}
              error={problems.start}
              onChange={(at) => set({ start: at })}
            />
          </div>
          <Restrictions
            restrictions={restrictions}
            error={problems.restrictions}
            onChange={(changed) => set({ restrictions: changed })}
          />
        </div>
      </Card>
    </fieldset>
  )
}
