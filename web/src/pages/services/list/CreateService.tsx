import { Modal, Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { CreateService as Service } from '#contract/services.ts'
import { useCreateService } from '../../../api/services.ts'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { paths } from '../../../paths.ts'

/** Asks for the name of a new service and leads to where its alerts come from. */
export const CreateService = ({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) => (
  <Modal opened={isOpen} onClose={onClose} title="Create service" centered>
    <ServiceForm />
  </Modal>
)

function ServiceForm() {
  const create = useCreateService()
  const navigate = useNavigate()
  const { form, field } = useForm({
    schema: Service,
    initial: { name: '', description: '' },
    onSubmit: async ({ name, description }) => {
      const service = await create.mutateAsync({ name, description: description || null })
      await navigate(paths.serviceIntegrations(service.id))
    },
  })
  return (
    <Form
      form={form}
      actions={
        <SubmitButton form={form} fullWidth>
          Create service
        </SubmitButton>
      }
    >
      <TextInput {...field('name')} label="Name" placeholder="Checkout" autoComplete="off" data-autofocus />
      <Textarea
        {...field('description')}
        label="Description"
        description="What it does, and what a responder should know; may be left empty"
        autosize
        minRows={2}
        maxRows={8}
      />
    </Form>
  )
}
