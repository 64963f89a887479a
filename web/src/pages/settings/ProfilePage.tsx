import { TextInput } from '@mantine/core'
import { ChangePassword, UpdateProfile } from '#contract/people.ts'
import { useChangePassword, useMe, useUpdateProfile } from '../../api/me.ts'
import { Form, SaveButton, SubmitButton } from '../../forms/Form.tsx'
import { CurrentPasswordField, NewPasswordField } from '../../forms/PasswordField.tsx'
import { useForm } from '../../forms/use-form.ts'
import { FIELD_WIDTH } from '../../forms/widths.ts'
import { KeyValue } from '../../ui/KeyValue.tsx'
import { Page, PageHeader, Section } from '../../ui/Page.tsx'
import { roleWords } from './people/roles.ts'

/** What everybody may change about themselves. */
export function ProfilePage() {
  const me = useMe()
  return (
    <Page width="text">
      <PageHeader title="Profile" />
      <Section title="You">
        <KeyValue
          facts={[
            ['E-mail', me.email],
            ['Role', `${roleWords[me.role].name}. ${roleWords[me.role].description}.`],
          ]}
        />
        <NameForm name={me.name} />
      </Section>
      <Section title="Password" description="Changing it signs you out everywhere else.">
        <PasswordForm email={me.email} />
      </Section>
    </Page>
  )
}

function NameForm({ name }: { name: string }) {
  const update = useUpdateProfile()
  const { form, field } = useForm({
    schema: UpdateProfile,
    initial: { name },
    onSubmit: (profile) => update.mutateAsync(profile),
  })
  return (
    <Form form={form} aria-label="Name" actions={<SaveButton form={form} />}>
      <TextInput
        {...field('name')}
        label="Name"
        description="Others see it beside what you do"
        autoComplete="name"
        maw={FIELD_WIDTH}
        mt="sm"
      />
    </Form>
  )
}

function PasswordForm({ email }: { email: string }) {
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
