import { ChangePassword } from '#contract/people.ts'
import { useChangePassword } from '../../../api/me.ts'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { CurrentPasswordField, NewPasswordField } from '../../../forms/PasswordField.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { FIELD_WIDTH } from '../../../forms/widths.ts'

/** The present password, and the one that takes its place. */
export function PasswordForm({ email }: { email: string }) {
  const change = useChangePassword()
  const { form, field } = useForm({
    schema: ChangePassword,
    initial: { currentPassword: '', newPassword: '' },
    onSubmit: (passwords) => change.mutateAsync(passwords),
  })
  return (
    <Form
      form={form}
      aria-label="Password"
      actions={
        <>
          <SubmitButton form={form}>Change password</SubmitButton>
          <output>{form.savedCount > 0 && !form.isChanged && 'Your password was changed.'}</output>
        </>
      }
    >
      {/* For the password manager, which wants to know whose it is. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <div style={{ maxWidth: FIELD_WIDTH }}>
        <CurrentPasswordField {...field('currentPassword')} label="Present password" />
      </div>
      <div style={{ maxWidth: FIELD_WIDTH }}>
        <NewPasswordField {...field('newPassword')} label="New password" />
      </div>
    </Form>
  )
}
