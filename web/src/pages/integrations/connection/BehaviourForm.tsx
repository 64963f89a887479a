import { Select, Switch } from '@mantine/core'
import type { IntegrationView } from '#contract/integrations.ts'
import { SentryBehaviour, type SentryConnectionView } from '#contract/sentry-connection.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useConnectSentry } from '../../../api/sentry-connection.ts'
import { Form, SaveButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { FIELD_WIDTH } from '../../../forms/widths.ts'
import {
  type BehaviourName,
  behaviourNames,
  behaviours,
  permissionWords,
  resolveChoices,
} from './behaviours.ts'

type Props = { integration: IntegrationView; connection: SentryConnectionView }

/** Each thing that goes over the connection, with its switch. */
export function BehaviourForm({ integration, connection }: Props) {
  const { url, organization, behaviour, check } = connection
  const save = useConnectSentry(integration.ref)
  const notAllowed = useReasonAgainst('configure')
  const { form, values, change } = useForm({
    schema: SentryBehaviour,
    initial: behaviour,
    onSubmit: (chosen) => save.mutateAsync({ url, organization, behaviour: chosen }),
  })
  const inVain = (name: BehaviourName) => {
    const { needs } = behaviours[name]
    return check?.lacking.some(({ scope }) => scope === needs) &&
      values[name] !== false &&
      values[name] !== 'off'
      ? `Does nothing yet: the token lacks "${permissionWords[needs]}"`
      : undefined
  }
  return (
    <Form
      form={form}
      readOnlyReason={notAllowed}
      aria-label="What goes both ways"
      actions={<SaveButton form={form} disabledReason={notAllowed} />}
    >
      {behaviourNames.map((name) =>
        name === 'resolve' ? (
          <Select
            key={name}
            label={behaviours[name].label}
            description={behaviours[name].sentence}
            error={inVain(name)}
            data={resolveChoices}
            value={values.resolve}
            allowDeselect={false}
            onChange={(resolve) => change({ resolve: resolve as SentryBehaviour['resolve'] })}
            maw={FIELD_WIDTH}
          />
        ) : (
          <Switch
            key={name}
            label={behaviours[name].label}
            description={behaviours[name].sentence}
            error={inVain(name)}
            checked={values[name]}
            onChange={({ currentTarget }) => change({ [name]: currentTarget.checked })}
          />
        ),
      )}
    </Form>
  )
}
