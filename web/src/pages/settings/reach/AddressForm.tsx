import { TextInput } from '@mantine/core'
import { z } from 'zod'
import type { ChannelView } from '#contract/channels.ts'
import { type ContactMethodWithCode, CreateContactMethod } from '#contract/contact-methods.ts'
import { useAddContactMethod } from '../../../api/contact-methods.ts'
import { ChannelFieldInput } from '../../../forms/ChannelFieldInput.tsx'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import { FIELD_WIDTH } from '../../../forms/widths.ts'
import { PushForm } from './PushForm.tsx'
import styles from './reach.module.css'

export type AddressProps = {
  userId: string
  channel: ChannelView
  /** What the address probably is. */
  suggestion?: string
  /** What stands beside the button. */
  beside?: React.ReactNode
  onAdded?: (method: ContactMethodWithCode) => void
}

/** What a channel asks of a person; a browser is asked by itself. */
export const AddressForm = (props: AddressProps) =>
  props.channel.channel === 'push' ? <PushForm {...props} /> : <Typed {...props} />

const Fields = CreateContactMethod.pick({ address: true }).extend({
  label: CreateContactMethod.shape.label.or(z.literal('')),
})

function Typed({ userId, channel, suggestion = '', beside, onAdded }: AddressProps) {
  const add = useAddContactMethod(userId)
  const { form, field } = useForm({
    schema: Fields,
    initial: { address: suggestion, label: '' },
    onSubmit: async ({ address, label }) => {
      const method = await add.mutateAsync({ channel: channel.channel, address, label: label || null })
      onAdded?.(method)
    },
  })
  return (
    <Form
      form={form}
      aria-label={channel.name}
      actions={
        <>
          <SubmitButton form={form}>Add and send a code</SubmitButton>
          {beside}
        </>
      }
    >
      <p className={styles.muted}>{channel.description}</p>
      <ChannelFieldInput asks={channel.address} {...field('address')} />
      <TextInput
        {...field('label')}
        label="Label (optional)"
        description="To tell several apart: work, night phone"
        autoComplete="off"
        maw={FIELD_WIDTH}
      />
    </Form>
  )
}
