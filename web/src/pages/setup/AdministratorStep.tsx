import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Setup } from '#contract/people.ts'
import { ApiError } from '../../api/client.ts'
import { useSetUp } from '../../api/people.ts'
import { Form, SubmitButton } from '../../forms/Form.tsx'
import { NewPasswordField } from '../../forms/PasswordField.tsx'
import { useForm } from '../../forms/use-form.ts'
import { paths } from '../../paths.ts'
import { Doorway } from '../sign-in/Doorway.tsx'
import { WhereTheAddressIs } from './WhereTheAddressIs.tsx'

/** Step 1: who owns this server. */
export function AdministratorStep({ token }: { token: string }) {
  const setUp = useSetUp()
  const navigate = useNavigate()
  const { form, field } = useForm({
    schema: Setup.omit({ token: true }),
    initial: { name: '', email: '', password: '' },
    onSubmit: async (person) => {
      await setUp.mutateAsync({ ...person, token })
      // The token is used up; it need not stay in the history of the browser.
      await navigate({ ...paths.setup(), replace: true })
    },
  })
  if (setUp.error instanceof ApiError && setUp.error.problem.code === 'setup_token_invalid') {
    return <WhereTheAddressIs wasWrong />
  }
  return (
    <Doorway
      step="Step 1 of 4"
      title="Create the administrator"
      description="You. Colleagues are invited later, each with their own password."
    >
      <Form
        form={form}
        actions={
          <SubmitButton form={form} fullWidth>
            Create administrator
          </SubmitButton>
        }
      >
        <TextInput {...field('name')} label="Name" autoComplete="name" autoFocus />
        <TextInput
          {...field('email')}
          label="E-mail"
          description="You sign in with it"
          type="email"
          autoComplete="username"
        />
        <NewPasswordField {...field('password')} label="Password" />
      </Form>
    </Doorway>
  )
}
