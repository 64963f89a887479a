import { Select, Switch, TagsInput } from '@mantine/core'
import { z } from 'zod'
import { type IntegrationView, SentrySettings } from '#contract/integrations.ts'
import { useUpdateIntegration } from '../../../api/integrations.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { Choices } from '../../../forms/Choices.tsx'
import { Form, SaveButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { FIELD_WIDTH } from '../../../forms/widths.ts'
import { opensOnChoices, opensOnOf, triggerOnIssueCreatedOf } from '../add/opens-on.ts'

const Own = SentrySettings.pick({
  acknowledgeOnAssign: true,
  projects: true,
  environments: true,
  minimumLevel: true,
}).extend({ opensOn: z.enum(['rules', 'issues']) })

const levels = [
  { value: '', label: 'Every level' },
  { value: 'debug', label: 'debug and above' },
  { value: 'info', label: 'info and above' },
  { value: 'warning', label: 'warning and above' },
  { value: 'error', label: 'error and above' },
  { value: 'fatal', label: 'fatal only' },
]

/** Settings that cannot be read show their defaults; saving them mends the integration. */
const readSettings = (settings: IntegrationView['settings']) =>
  SentrySettings.safeParse(settings).data ?? SentrySettings.parse({})

/** Which of Sentry's messages open incidents, and which are left out. */
export function SentrySettingsForm({ integration }: { integration: IntegrationView }) {
  const update = useUpdateIntegration(integration.ref)
  const notAllowed = useReasonAgainst('configure')
  const { acknowledgeOnAssign, projects, environments, minimumLevel, triggerOnIssueCreated } = readSettings(
    integration.settings,
  )
  const { form, field, values, change, errors } = useForm({
    schema: Own,
    initial: {
      opensOn: opensOnOf(triggerOnIssueCreated),
      acknowledgeOnAssign,
      projects,
      environments,
      minimumLevel,
    },
    onSubmit: ({ opensOn, ...own }) =>
      update.mutateAsync({ settings: { ...own, triggerOnIssueCreated: triggerOnIssueCreatedOf(opensOn) } }),
  })
  return (
    <Form
      form={form}
      readOnlyReason={notAllowed}
      actions={<SaveButton form={form} disabledReason={notAllowed} />}
    >
      <Choices {...field('opensOn')} legend="Incidents open on" choices={opensOnChoices} />
      <Switch
        label="Assigning acknowledges"
        description="When somebody is assigned to the issue in Sentry, its incident counts as acknowledged"
        checked={values.acknowledgeOnAssign}
        onChange={({ currentTarget }) => change({ acknowledgeOnAssign: currentTarget.checked })}
      />
      <TagsInput
        {...field('projects')}
        label="Only these projects"
        description="Slugs, names or ids; press Enter after each. Empty lets every project pass"
        placeholder={values.projects.length === 0 ? 'Every project' : ''}
        maw={FIELD_WIDTH}
      />
      <TagsInput
        {...field('environments')}
        label="Only these environments"
        description="For example production. Empty lets every environment pass"
        placeholder={values.environments.length === 0 ? 'Every environment' : ''}
        maw={FIELD_WIDTH}
      />
      <Select
        label="Lowest level"
        data={levels}
        value={values.minimumLevel ?? ''}
        error={errors.minimumLevel}
        onChange={(level) => change({ minimumLevel: (level || null) as typeof minimumLevel })}
        maw={FIELD_WIDTH}
      />
    </Form>
  )
}
