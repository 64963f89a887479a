import { TextInput } from '@mantine/core'
import { CreateService } from '#contract/services.ts'
import { useCreateService } from '../../api/services.ts'
import { Form, SubmitButton } from '../../forms/Form.tsx'
import { useForm } from '../../forms/use-form.ts'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { Doorway } from '../sign-in/Doorway.tsx'

/** Step 2: what can break. */
export function ServiceStep() {
  const create = useCreateService()
  const { form, field } = useForm({
    schema: CreateService.pick({ name: true }),
    initial: { name: '' },
    onSubmit: (service) => create.mutateAsync(service),
  })
  return (
    <Doorway
      step="Step 2 of 4"
      title="Name your first service"
      description="A service is something that can break: a shop, an API, a nightly job. Alerts arrive at a service, and its people are called."
      foot={<TextLink {...paths.incidents()}>Skip the rest for now</TextLink>}
    >
      <Form
        form={form}
        actions={
          <SubmitButton form={form} fullWidth>
            Create service
          </SubmitButton>
        }
      >
        <TextInput {...field('name')} label="Name" placeholder="Checkout" autoComplete="off" autoFocus />
      </Form>
    </Doorway>
  )
}
