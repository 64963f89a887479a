import { Stack, Switch, TextInput } from '@mantine/core'
import { z } from 'zod'
import { CreateIntegration, type IntegrationView } from '#contract/integrations.ts'
import { useUpdateIntegration } from '../../../api/integrations.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { Form, SaveButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { FIELD_WIDTH } from '../../../forms/widths.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'

const Name = z.object({ name: CreateIntegration.shape.name.unwrap() })

/** What it is called, and whether it listens. */
export function GeneralSettings({ integration: { ref, name, enabled } }: { integration: IntegrationView }) {
  const update = useUpdateIntegration(ref)
  const notAllowed = useReasonAgainst('configure')
  const { form, field } = useForm({
    schema: Name,
    initial: { name },
    onSubmit: (changes) => update.mutateAsync(changes),
  })
  return (
    <Stack gap="lg">
      <EnabledSwitch integrationRef={ref} enabled={enabled} />
      <Form
        form={form}
        readOnlyReason={notAllowed}
        actions={<SaveButton form={form} disabledReason={notAllowed} />}
      >
        <TextInput {...field('name')} label="Name" maw={FIELD_WIDTH} autoComplete="off" />
      </Form>
    </Stack>
  )
}

/** Takes effect at once, and shows it at once. */
function EnabledSwitch({ integrationRef, enabled }: { integrationRef: string; enabled: boolean }) {
  const update = useUpdateIntegration(integrationRef)
  const notAllowed = useReasonAgainst('configure')
  const shown = update.isPending ? (update.variables.enabled ?? enabled) : enabled
  return (
    <>
      <Switch
        label="Enabled"
        description={
          notAllowed ??
          (shown
            ? 'Alerts that arrive open incidents'
            : 'Every delivery is answered 403 and opens nothing; it is still listed under Deliveries')
        }
        checked={shown}
        disabled={notAllowed !== undefined}
        onChange={({ currentTarget }) => update.mutate({ enabled: currentTarget.checked })}
      />
      <ErrorNote error={update.error} />
    </>
  )
}
