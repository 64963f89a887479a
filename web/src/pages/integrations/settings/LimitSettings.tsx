import { NumberInput } from '@mantine/core'
import { z } from 'zod'
import { type IntegrationView, StormSettings } from '#contract/integrations.ts'
import { useUpdateIntegration } from '../../../api/integrations.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { Form, SaveButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { FIELD_WIDTH } from '../../../forms/widths.ts'

const orNone = <Limit extends z.ZodType>(limit: Limit) =>
  z.preprocess((value) => (value === '' ? null : value), limit)

const Limits = z.object({
  newIncidentsPerMinute: orNone(StormSettings.shape.newIncidentsPerMinute.unwrap()),
  storedBodiesPerMinute: orNone(StormSettings.shape.storedBodiesPerMinute.unwrap()),
})

/** What a storm of alerts may do in a minute. */
export function LimitSettings({ integration: { ref, settings } }: { integration: IntegrationView }) {
  const update = useUpdateIntegration(ref)
  const notAllowed = useReasonAgainst('configure')
  const stored = StormSettings.safeParse(settings).data ?? StormSettings.parse({})
  const { form, field } = useForm({
    schema: Limits,
    initial: {
      newIncidentsPerMinute: (stored.newIncidentsPerMinute ?? '') as number | string,
      storedBodiesPerMinute: (stored.storedBodiesPerMinute ?? '') as number | string,
    },
    onSubmit: (limits) => update.mutateAsync({ settings: limits }),
  })
  return (
    <Form
      form={form}
      readOnlyReason={notAllowed}
      actions={<SaveButton form={form} disabledReason={notAllowed} />}
    >
      <NumberInput
        {...field('newIncidentsPerMinute')}
        label="New incidents per minute"
        description="What is beyond is folded into one incident about the storm. Empty: no limit"
        placeholder="No limit"
        min={1}
        allowDecimal={false}
        thousandSeparator=","
        maw={FIELD_WIDTH}
      />
      <NumberInput
        {...field('storedBodiesPerMinute')}
        label="Stored bodies per minute"
        description="What is beyond still counts and opens incidents, but its body is not kept and cannot be replayed. Empty: no limit"
        placeholder="No limit"
        min={1}
        allowDecimal={false}
        thousandSeparator=","
        maw={FIELD_WIDTH}
      />
    </Form>
  )
}
