import { TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Navigate, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { SignIn } from '#contract/people.ts'
import { meQuery, setupStateQuery, useSignIn } from '../../api/me.ts'
import { Form, SubmitButton } from '../../forms/Form.tsx'
import { CurrentPasswordField } from '../../forms/PasswordField.tsx'
import { useForm } from '../../forms/use-form.ts'
import { paths } from '../../paths.ts'
import { Doorway } from './Doorway.tsx'

const route = getRouteApi('/sign-in')

/** The way in for those who are known. */
export function SignInPage() {
  const setup = useQuery(setupStateQuery)
  const isKnown = useQueryClient().getQueryData(meQuery.queryKey) !== undefined
  const target = withinApp(route.useSearch().returnTo)
  if (setup.data?.needed) return <Navigate {...paths.setup()} replace />
  if (isKnown) return <Enter target={target} />
  return (
    <Doorway
      title="Sign in"
      foot="Forgotten your password? Ask an administrator for a new link under Settings → People."
    >
      <SignInForm target={target} />
    </Doorway>
  )
}

/** Where to go after signing in; an address that leads to another site leads home. */
const withinApp = (returnTo: string | undefined) =>
  returnTo && /^\/(?![/\\])/.test(returnTo) ? returnTo : '/'

/** For somebody who is in already. */
function Enter({ target }: { target: string }) {
  const { history } = useRouter()
  useEffect(() => history.replace(target), [history, target])
  return null
}

function SignInForm({ target }: { target: string }) {
  const signIn = useSignIn()
  const router = useRouter()
  const { form, field } = useForm({
    schema: SignIn,
    initial: { email: '', password: '' },
    onSubmit: async (credentials) => {
      await signIn.mutateAsync(credentials)
      // A whole address, so that its filters come back too.
      router.history.replace(target)
    },
  })
  return (
    <Form
      form={form}
      actions={
        <SubmitButton form={form} fullWidth>
          Sign in
        </SubmitButton>
      }
    >
      <TextInput
        {...field('email')}
        label="E-mail"
        type="email"
        inputMode="email"
        autoComplete="username"
        autoFocus
      />
      <CurrentPasswordField {...field('password')} label="Password" />
    </Form>
  )
}
