import { Button, NumberInput, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { z } from 'zod'
import { ESCALATION_STEPS_MAX, PutEscalationPolicy } from '#contract/escalation-policies.ts'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { moved } from '../../../forms/moved.ts'
import { problemsWithin } from '../../../forms/problems.ts'
import { useForm } from '../../../forms/use-form.ts'
import { Section } from '../../../ui/Page.tsx'
import { PolicySteps } from '../steps/PolicySteps.tsx'
import { useNamed } from './choices.ts'
import { contentOf, newStep, numberOf, type PolicyDraft, type StepDraft } from './draft.ts'
import { Fallback } from './Fallback.tsx'
import styles from './form.module.css'
import { StepCard } from './StepCard.tsx'

type Props = {
  initial: PolicyDraft
  saveWords: string
  notAllowed?: string | undefined
  /** What stands beside the button. */
  note?: React.ReactNode
  onSave: (policy: z.output<typeof PutEscalationPolicy>) => Promise<unknown>
}

const FromFields = z.preprocess((draft) => contentOf(draft as PolicyDraft), PutEscalationPolicy)
const PROPOSED_WAIT_MINUTES = 5

/** The steps of a policy, with what they come to beside them. */
export function PolicyForm({ initial, saveWords, notAllowed, note, onSave }: Props) {
  const { form, field, values, change, errors, issues } = useForm({
    schema: FromFields,
    initial,
    onSubmit: onSave,
  })
  const { steps } = values
  const setSteps = (changed: StepDraft[]) => change({ steps: changed })
  return (
    <div className={styles.columns}>
      <Form
        form={form}
        readOnlyReason={notAllowed}
        actions={
          <>
            <SubmitButton form={form} disabledReason={notAllowed}>
              {saveWords}
            </SubmitButton>
            {note}
          </>
        }
      >
        <TextInput {...field('name')} label="Name" placeholder="Checkout" autoComplete="off" />
        {steps.map((step, index) => (
          <StepCard
            key={step.key}
            step={step}
            index={index}
            count={steps.length}
            problems={problemsWithin(issues, 'steps', index)}
            onChange={(changed) => setSteps(steps.with(index, changed))}
            onMove={(by) => setSteps(moved(steps, index, by))}
            onRemove={() => setSteps(steps.toSpliced(index, 1))}
          />
        ))}
        {steps.length === 0 && (
          <p className={styles.error}>{errors.steps ?? 'A policy needs at least one step'}</p>
        )}
        {steps.length < ESCALATION_STEPS_MAX && (
          <div>
            <Button
              leftSection={<IconPlus size={16} />}
              onClick={() => setSteps([...steps, newStep(steps.length === 0 ? 0 : PROPOSED_WAIT_MINUTES)])}
            >
              Add step
            </Button>
          </div>
        )}
        <NumberInput
          {...field('repeat')}
          label="Repeat all steps"
          description="When nobody has acknowledged after the last one"
          suffix=" times"
          min={0}
          max={9}
          allowDecimal={false}
          maw={240}
        />
        <Fallback {...field('fallback')} />
      </Form>
      <div className={styles.preview}>
        <Section title="What happens">
          <Drawing values={values} />
        </Section>
      </div>
    </div>
  )
}

/** The policy as it would be drawn once it is saved. */
function Drawing({ values: { repeat, steps, fallback } }: { values: PolicyDraft }) {
  const named = useNamed()
  const policy = {
    repeat: numberOf(repeat) || 0,
    steps: steps.map(({ waitMinutes, targets }) => ({
      waitMinutes: numberOf(waitMinutes) || 0,
      targets: named(targets),
    })),
    fallback: fallback && named(fallback),
  }
  return <PolicySteps policy={policy} />
}
