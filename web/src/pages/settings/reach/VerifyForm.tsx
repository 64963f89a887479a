import { TextInput } from '@mantine/core'
import { CODE_MINUTES, type ContactMethodView, VerifyContactMethod } from '#contract/contact-methods.ts'
import { useVerifyContactMethod } from '../../../api/contact-methods.ts'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { Resend } from './Resend.tsx'

type Props = { method: ContactMethodView; onVerified: () => void }

/** Asks for the code that was sent to the address, or says where its link went; another one is a press away. */
export const VerifyForm = ({ method, onVerified }: Props) =>
  method.verifiedBy === 'link' ? (
    <ByLink method={method} />
  ) : (
    <ByCode method={method} onVerified={onVerified} />
  )

const ByLink = ({ method }: { method: ContactMethodView }) => (
  <div>
    <p style={{ margin: '0 0 8px' }}>
      A message with a link is on its way to {method.address}. Open it and press its button; it is good for{' '}
      {CODE_MINUTES} minutes.
    </p>
    <Resend method={method} />
  </div>
)

function ByCode({ method, onVerified }: Props) {
  const verify = useVerifyContactMethod(method.id)
  const { form, field } = useForm({
    schema: VerifyContactMethod,
    initial: { code: '' },
    onSubmit: async ({ code }) => {
      await verify.mutateAsync(code.replaceAll(/\s/g, ''))
      onVerified()
    },
  })
  return (
    <Form
      form={form}
      aria-label={`Verify ${method.address}`}
      actions={
        <>
          <SubmitButton form={form}>Verify</SubmitButton>
          <Resend method={method} />
        </>
      }
    >
      <TextInput
        {...field('code')}
        label="Code"
        description={`Six digits, sent to ${method.address}; good for ${CODE_MINUTES} minutes`}
        inputMode="numeric"
        autoComplete="one-time-code"
        spellCheck={false}
        maw={280}
        data-autofocus
      />
    </Form>
  )
}
