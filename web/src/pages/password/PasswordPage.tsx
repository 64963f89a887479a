import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { SetPassword } from '#contract/people.ts'
import { ApiError } from '../../api/client.ts'
import { passwordLink, useRedeemLink } from '../../api/people.ts'
import { Form, SubmitButton } from '../../forms/Form.tsx'
import { NewPasswordField } from '../../forms/PasswordField.tsx'
import { useForm } from '../../forms/use-form.ts'
import { ButtonLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { FormSkeleton } from '../../ui/Skeletons.tsx'
import { Doorway } from '../sign-in/Doorway.tsx'

const route = getRouteApi('/password')

/** Where a one-time link leads: its owner chooses a password and is in. */
export function PasswordPage() {
  const { token } = route.useSearch()
  return token ? <WithLink token={token} /> : <LinkInvalid />
}

function WithLink({ token }: { token: string }) {
  const { data: owner, error, refetch } = useQuery(passwordLink(token))
  if (error instanceof ApiError && error.problem.code === 'link_invalid') return <LinkInvalid />
  return (
    <Doorway
      title={owner ? `Welcome, ${owner.name}` : 'Choose a password'}
      description={owner && `Choose the password that you will sign in with as ${owner.email}.`}
    >
      {owner ? (
        <PasswordForm token={token} email={owner.email} />
      ) : error ? (
        <ErrorNote error={error} onRetry={() => void refetch()} />
      ) : (
        <FormSkeleton fields={1} />
      )}
    </Doorway>
  )
}

function PasswordForm({ token, email }: { token: string; email: string }) {
  const redeem = useRedeemLink()
  const navigate = useNavigate()
  const { form, field } = useForm({
    schema: SetPassword.omit({ token: true }),
    initial: { password: '' },
    onSubmit: async ({ password }) => {
      await redeem.mutateAsync({ token, password })
      await navigate({ ...paths.incidents(), replace: true })
    },
  })
  return (
    <Form
      form={form}
      actions={
        <SubmitButton form={form} fullWidth>
          Set password and sign in
        </SubmitButton>
      }
    >
      {/* For the password manager, which wants to know whose it is. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <NewPasswordField {...field('password')} label="Password" />
    </Form>
  )
}

const LinkInvalid = () => (
  <Doorway title="This link no longer works">
    <p>
      A password link works once, for 72 hours, and ends when a newer one is made. If you have set your
      password already, sign in with it.
    </p>
    <p>Otherwise ask an administrator for a new link: Settings → People → your name → Password link.</p>
    <ButtonLink {...paths.signIn()} fullWidth>
      Go to sign-in
    </ButtonLink>
  </Doorway>
)
