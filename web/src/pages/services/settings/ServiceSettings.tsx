import { NumberInput, Switch, Textarea, TextInput } from '@mantine/core'
import { z } from 'zod'
import { CreateService, type ServiceView } from '#contract/services.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useUpdateService } from '../../../api/services.ts'
import { Form, SaveButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { FIELD_WIDTH } from '../../../forms/widths.ts'
import { PolicyField } from './PolicyField.tsx'

const TIMEOUT_PROPOSED_MINUTES = 30

const Settings = z.object({
  name: CreateService.shape.name,
  description: CreateService.shape.description.transform((text) => text || null),
  acknowledgementTimeoutMinutes: CreateService.shape.acknowledgementTimeoutMinutes,
  escalationPolicyId: CreateService.shape.escalationPolicyId,
})

/** Name, description, whom its incidents page, and how long an acknowledgement holds. */
export function ServiceSettings({ service }: { service: ServiceView }) {
  const update = useUpdateService(service.id)
  const notAllowed = useReasonAgainst('configure')
  const { form, field } = useForm({
    schema: Settings,
    initial: {
      name: service.name,
      description: service.description ?? '',
      acknowledgementTimeoutMinutes: service.acknowledgementTimeoutMinutes as number | string | null,
      escalationPolicyId: service.escalationPolicyId,
    },
    onSubmit: (changes) => update.mutateAsync(changes),
  })
  return (
    <Form
      form={form}
      readOnlyReason={notAllowed}
      actions={<SaveButton form={form} disabledReason={notAllowed} />}
    >
      <TextInput {...field('name')} label="Name" maw={FIELD_WIDTH} autoComplete="off" />
      <Textarea
        {...field('description')}
        label="Description"
        description="What it does, and what a responder should know"
        maw={FIELD_WIDTH}
        autosize
        minRows={3}
        maxRows={12}
      />
      <PolicyField {...field('escalationPolicyId')} />
      <AcknowledgementTimeout {...field('acknowledgementTimeoutMinutes')} />
    </Form>
  )
}

type TimeoutProps = {
  name: string
  value: number | string | null
  error: string | undefined
  onChange: (minutes: number | string | null) => void
}

function AcknowledgementTimeout({ name, value, error, onChange }: TimeoutProps) {
  const isOn = value !== null
  return (
    <>
      <Switch
        label="Acknowledgements run out"
        description="An incident that somebody acknowledged and then forgot opens again, and pages again"
        checked={isOn}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? TIMEOUT_PROPOSED_MINUTES : null)}
      />
      {isOn && (
        <NumberInput
          name={name}
          label="After"
          suffix=" minutes"
          value={value}
          error={error}
          onChange={onChange}
          min={1}
          allowDecimal={false}
          maw={160}
        />
      )}
    </>
  )
}
