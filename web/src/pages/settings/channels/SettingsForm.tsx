import { z } from 'zod'
import type { ChannelView } from '#contract/channels.ts'
import { useSaveChannel } from '../../../api/channels.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { ChannelFieldInput } from '../../../forms/ChannelFieldInput.tsx'
import { Form, SaveButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'

/** What an administrator enters; a secret that is stored stays unless another one is typed. */
export function SettingsForm({ channel }: { channel: ChannelView }) {
  const { settings, values } = channel
  const save = useSaveChannel(channel.channel)
  const notAllowed = useReasonAgainst('configure')
  const {
    form,
    field,
    values: typed,
  } = useForm<Record<string, string>, Record<string, string>>({
    schema: schemaOf(channel),
    initial: Object.fromEntries(settings.map(({ name }) => [name, values[name] ?? ''])),
    onSubmit: (entered) => save.mutateAsync(entered),
  })
  return (
    <Form
      form={form}
      aria-label="Settings"
      readOnlyReason={notAllowed}
      actions={<SaveButton form={form} disabledReason={notAllowed} />}
    >
      {settings.map((asks) => (
        <ChannelFieldInput
          key={asks.name}
          asks={asks}
          isStored={channel.storedSecrets.includes(asks.name)}
          {...field(asks.name)}
          value={typed[asks.name] ?? ''}
        />
      ))}
    </Form>
  )
}

const schemaOf = ({ settings, storedSecrets }: ChannelView) =>
  z.object(
    Object.fromEntries(
      settings.map(({ name, required }) => {
        const mayBeEmpty = !required || storedSecrets.includes(name)
        return [name, mayBeEmpty ? z.string().trim() : z.string().trim().min(1)]
      }),
    ),
  )
