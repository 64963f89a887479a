import { MultiSelect, NumberInput } from '@mantine/core'
import { MoveButtons } from '../../../forms/MoveButtons.tsx'
import { Card } from '../../../ui/Page.tsx'
import { useTargetChoices } from './choices.ts'
import type { StepDraft } from './draft.ts'
import styles from './form.module.css'

type Props = {
  step: StepDraft
  index: number
  count: number
  /** By field. */
  problems: Record<string, string>
  onChange: (changed: StepDraft) => void
  onMove: (by: 1 | -1) => void
  onRemove: () => void
}

/** One step: how long after the one before, and whom it pages. */
export function StepCard({ step, index, count, problems, onChange, onMove, onRemove }: Props) {
  const name = `Step ${index + 1}`
  return (
    <fieldset className={styles.step} aria-label={name}>
      <Card>
        <div className={styles.head}>
          <strong>{name}</strong>
          <MoveButtons what={name.toLowerCase()} {...{ index, count, onMove, onRemove }} />
        </div>
        <div className={styles.fields}>
          <NumberInput
            label="Wait before it"
            suffix=" min"
            min={0}
            max={10_080}
            allowDecimal={false}
            value={step.waitMinutes}
            error={problems.waitMinutes}
            onChange={(waitMinutes) => onChange({ ...step, waitMinutes })}
          />
          <MultiSelect
            label="Then page"
            placeholder={step.targets.length === 0 ? 'A schedule, a team or a person' : ''}
            searchable
            data={useTargetChoices()}
            value={step.targets}
            error={problems.targets}
            onChange={(targets) => onChange({ ...step, targets })}
            nothingFoundMessage="Nothing has this name"
          />
        </div>
      </Card>
    </fieldset>
  )
}
