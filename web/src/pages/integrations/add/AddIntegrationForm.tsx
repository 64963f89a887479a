import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { z } from 'zod'
import { CreateIntegration, IntegrationType } from '#contract/integrations.ts'
import { useCreateIntegration } from '../../../api/integrations.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { Choices } from '../../../forms/Choices.tsx'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { paths } from '../../../paths.ts'
import { tools } from '../tools.tsx'
import { type OpensOn, opensOnChoices, triggerOnIssueCreatedOf } from './opens-on.ts'

const NewIntegration = z.object({
  type: IntegrationType,
  /** Left empty, the server calls it like its tool. */
  name: z.preprocess((name) => name || undefined, CreateIntegration.shape.name),
  opensOn: z.enum(['rules', 'issues']),
})

const toolChoices = IntegrationType.options.map((type) => {
  const { name, icon, description } = tools[type]
  return { value: type, title: name, icon, description }
})

/** Which tool, what it is called, and for Sentry how loud it may be. Leads to the set-up of the new integration. */
export function AddIntegrationForm({ serviceId }: { serviceId: string }) {
  const create = useCreateIntegration(serviceId)
  const navigate = useNavigate()
  const notAllowed = useReasonAgainst('configure')
  const { form, field, values } = useForm({
    schema: NewIntegration,
    initial: { type: 'sentry' as IntegrationType, name: '', opensOn: 'issues' as OpensOn },
    onSubmit: async ({ type, name, opensOn }) => {
      const integration = await create.mutateAsync({
        type,
        name,
        ...(type === 'sentry' && { settings: { triggerOnIssueCreated: triggerOnIssueCreatedOf(opensOn) } }),
      })
      await navigate(paths.integration(integration.ref))
    },
  })
  const tool = tools[values.type]
  return (
    <Form
      form={form}
      readOnlyReason={notAllowed}
      actions={
        <SubmitButton form={form} disabledReason={notAllowed}>
          Add {tool.name}
        </SubmitButton>
      }
    >
      <Choices {...field('type')} legend="Tool" choices={toolChoices} />
      {values.type === 'sentry' && (
        <Choices {...field('opensOn')} legend="What opens an incident" choices={opensOnChoices} />
      )}
      <TextInput
        {...field('name')}
        label="Name"
        description="To tell it from others; may be left as it is"
        placeholder={tool.name}
        autoComplete="off"
      />
    </Form>
  )
}
