import { Button, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { z } from 'zod'
import { PutSchedule, ROTATIONS_MAX } from '#contract/schedules.ts'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { moved } from '../../../forms/moved.ts'
import { problemsWithin } from '../../../forms/problems.ts'
import { TimeZoneField } from '../../../forms/TimeZoneField.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { Section } from '../../../ui/Page.tsx'
import { contentOf, newRotation, type RotationDraft, type ScheduleDraft } from './draft.ts'
import styles from './form.module.css'
import { Preview } from './Preview.tsx'
import { RotationCard } from './RotationCard.tsx'

type Props = {
  initial: ScheduleDraft
  saveWords: string
  notAllowed?: string | undefined
  onSave: (schedule: z.output<typeof PutSchedule>) => Promise<unknown>
}

const FromFields = z.preprocess((draft) => contentOf(draft as ScheduleDraft), PutSchedule)

/** Name, zone and rotations, with what they come to beside them. */
export function ScheduleForm({ initial, saveWords, notAllowed, onSave }: Props) {
  const { form, field, values, change, errors, issues } = useForm({
    schema: FromFields,
    initial,
    onSubmit: onSave,
  })
  const { rotations, timeZone } = values
  const setRotations = (changed: RotationDraft[]) => change({ rotations: changed })
  return (
    <div className={styles.columns}>
      <Form
        form={form}
        readOnlyReason={notAllowed}
        actions={
          <SubmitButton form={form} disabledReason={notAllowed}>
            {saveWords}
          </SubmitButton>
        }
      >
        <div className={styles.pair}>
          <TextInput {...field('name')} label="Name" placeholder="Checkout, primary" autoComplete="off" />
          <TimeZoneField {...field('timeZone')} />
        </div>
        <p className={styles.hint}>Hand-overs stay at their local time, also when clocks change.</p>
        {rotations.map((rotation, index) => (
          <RotationCard
            key={rotation.key}
            rotation={rotation}
            index={index}
            count={rotations.length}
            problems={problemsWithin(issues, 'rotations', index)}
            onChange={(changed) => setRotations(rotations.with(index, changed))}
            onMove={(by) => setRotations(moved(rotations, index, by))}
            onRemove={() => setRotations(rotations.toSpliced(index, 1))}
          />
        ))}
        {errors.rotations && rotations.length === 0 && <p className={styles.error}>{errors.rotations}</p>}
        {rotations.length < ROTATIONS_MAX && (
          <div>
            <Button
              leftSection={<IconPlus size={16} />}
              onClick={() =>
                setRotations([
                  ...rotations,
                  newRotation(timeZone, new Date(), `Rotation ${rotations.length + 1}`),
                ])
              }
            >
              Add rotation
            </Button>
            <p className={styles.hint}>
              A later rotation lies on top: where it has somebody, those before it are not on call.
            </p>
          </div>
        )}
      </Form>
      <div className={styles.preview}>
        <Section title="Preview" description="Who would be on call, without overrides.">
          <Preview draft={values} />
        </Section>
      </div>
    </div>
  )
}
