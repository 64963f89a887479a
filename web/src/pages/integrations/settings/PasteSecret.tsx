import { Checkbox, PasswordInput } from '@mantine/core'
import { z } from 'zod'
import { SetSigningSecret } from '#contract/integrations.ts'
import { useSetSigningSecret } from '../../../api/integrations.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { FIELD_WIDTH } from '../../../forms/widths.ts'

const Pasted = z.object({
  secret: SetSigningSecret.shape.secret.unwrap(),
  keepPrevious: SetSigningSecret.shape.keepPrevious,
})

type Props = {
  integrationRef: string
  /** A secret is set already: offers to keep it valid beside the new one. */
  isRotation?: boolean
  onDone?: () => void
}

/** Takes a secret that the tool has made. It is never shown again. */
export function PasteSecret({ integrationRef, isRotation = false, onDone }: Props) {
  const set = useSetSigningSecret(integrationRef)
  const notAllowed = useReasonAgainst('configure')
  const { form, field, values, change } = useForm({
    schema: Pasted,
    initial: { secret: '', keepPrevious: isRotation },
    onSubmit: async (secret) => {
      await set.mutateAsync(secret)
      onDone?.()
    },
  })
  return (
    <Form
      form={form}
      readOnlyReason={notAllowed}
      aria-label="Signing secret"
      actions={
        <SubmitButton form={form} disabledReason={notAllowed}>
          {isRotation ? 'Replace secret' : 'Save secret'}
        </SubmitButton>
      }
    >
      <PasswordInput
        {...field('secret')}
        label="Sentry's Client Secret"
        autoComplete="off"
        maw={FIELD_WIDTH}
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the secret', tabIndex: 0 }}
      />
      {isRotation && (
        <Checkbox
          label="Keep the present secret valid too"
          description="Until the tool signs with the new one; remove it then"
          checked={values.keepPrevious}
          onChange={({ currentTarget }) => change({ keepPrevious: currentTarget.checked })}
        />
      )}
    </Form>
  )
}
