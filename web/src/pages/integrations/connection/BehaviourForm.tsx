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
  isOn,
  permissionWords,
  resolveChoices,
} from './behaviours.ts'
import styles from './connection.module.css'

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
  const described = (name: BehaviourName) => {
    const { needs, sentence } = behaviours[name]
    const isInVain = check?.lacking.some(({ scope }) => scope === needs) && isOn(values, name)
    return (
      <>
        {sentence}
        {isInVain && (
          <span className={styles.vain}>Does nothing yet: the token lacks "{permissionWords[needs]}"</span>
        )}
      </>
    )
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
            description={described(name)}
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
            description={described(name)}
            checked={values[name]}
            onChange={({ currentTarget }) => change({ [name]: currentTarget.checked })}
          />
        ),
      )}
    </Form>
  )
}
