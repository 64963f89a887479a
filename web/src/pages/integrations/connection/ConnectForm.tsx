import { PasswordInput, TextInput } from '@mantine/core'
import type { IntegrationView } from '#contract/integrations.ts'
import type { SentryConnectionView } from '#contract/sentry-connection.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useConnectSentry } from '../../../api/sentry-connection.ts'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { FIELD_WIDTH } from '../../../forms/widths.ts'
import { placeIn } from './address.ts'
import { connectSchema } from './connect-schema.ts'

type Props = {
  integration: IntegrationView
  /** The present connection, when it is to be changed. */
  present?: SentryConnectionView
  onDone?: () => void
}

/** Where Sentry is and with what it is asked. Sending it lets the server ask Sentry at once. */
export function ConnectForm({ integration: { ref, hasSigningSecret }, present, onDone }: Props) {
  const connect = useConnectSentry(ref)
  const notAllowed = useReasonAgainst('configure')
  const { form, field, values, change } = useForm({
    schema: connectSchema(present?.url),
    initial: {
      url: present?.url ?? 'https://sentry.io',
      organization: present?.organization ?? '',
      token: '',
      clientSecret: '',
    },
    onSubmit: async (given) => {
      await connect.mutateAsync(given)
      onDone?.()
    },
  })

  /** An address of any page of Sentry says both. */
  function readPlace() {
    const { url, organization } = placeIn(values.url)
    if (url !== values.url) change({ url, ...(organization && { organization }) })
  }

  const needsToken = present === undefined || values.url !== present.url
  return (
    <Form
      form={form}
      readOnlyReason={notAllowed}
      aria-label="Connection to Sentry"
      actions={
        <SubmitButton form={form} disabledReason={notAllowed}>
          Connect and check
        </SubmitButton>
      }
    >
      <TextInput
        {...field('url')}
        label="Address of Sentry"
        description="https://sentry.io, its region (https://us.sentry.io, https://de.sentry.io) or your own. The address of any page of it will do"
        onBlur={readPlace}
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        maw={FIELD_WIDTH}
      />
      <TextInput
        {...field('organization')}
        label="Organization"
        description="Its slug, as in https://sentry.io/organizations/SLUG/"
        autoComplete="off"
        spellCheck={false}
        maw={FIELD_WIDTH}
      />
      <SecretField
        {...field('token')}
        label={needsToken ? 'Token' : 'Token (optional)'}
        placeholder={needsToken ? '' : 'Stored; leave empty to keep it'}
      />
      <SecretField
        {...field('clientSecret')}
        label="Client Secret (optional)"
        description="Becomes the signing secret: with it only what Sentry has signed is accepted, and the forms within Sentry work"
        placeholder={hasSigningSecret ? 'Set; leave empty to keep it' : ''}
      />
    </Form>
  )
}

const SecretField = (props: React.ComponentProps<typeof PasswordInput> & { label: string }) => (
  <PasswordInput
    {...props}
    autoComplete="new-password"
    maw={FIELD_WIDTH}
    visibilityToggleButtonProps={{
      'aria-label': `Show or hide ${props.label.replace(' (optional)', '')}`,
      tabIndex: 0,
    }}
  />
)
