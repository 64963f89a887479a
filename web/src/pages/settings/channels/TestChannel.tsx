import { IconAlertCircle, IconCheck } from '@tabler/icons-react'
import { z } from 'zod'
import type { ChannelView, TestChannelResult } from '#contract/channels.ts'
import { useTestChannel } from '../../../api/channels.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { ChannelFieldInput } from '../../../forms/ChannelFieldInput.tsx'
import { Form, SubmitButton } from '../../../forms/Form.tsx'
import { useForm } from '../../../forms/use-form.ts'
import styles from './channels.module.css'

const Address = z.object({ address: z.string().trim() })

/** Proves that a channel works before somebody relies on it. */
export function TestChannel({ channel }: { channel: ChannelView }) {
  const test = useTestChannel(channel.channel)
  const notAllowed = useReasonAgainst('configure')
  const unusable = channel.usable ? undefined : (channel.problem ?? 'This channel is not set up')
  const { form, field } = useForm({
    schema: Address,
    initial: { address: '' },
    onSubmit: ({ address }) => test.mutateAsync(address || undefined),
  })
  return (
    <Form
      form={form}
      aria-label="Test"
      actions={
        <>
          <SubmitButton form={form} disabledReason={notAllowed ?? unusable}>
            Send a test
          </SubmitButton>
          <output className={styles.state}>
            {test.data && !form.isBusy && <Result result={test.data} />}
          </output>
        </>
      }
    >
      {channel.channel !== 'push' && <ChannelFieldInput asks={anyAddressOf(channel)} {...field('address')} />}
    </Form>
  )
}

/** Left empty it is the reader's own. */
const anyAddressOf = ({ address }: ChannelView) => ({
  ...address,
  help: 'Left empty, the test goes to your own contact method on this channel.',
  required: false,
})

const Result = ({ result: { outcome, reason } }: { result: TestChannelResult }) =>
  outcome === 'sent' ? (
    <span className={styles.usable}>
      <IconCheck size={16} aria-hidden="true" /> Handed over. Look whether it has arrived.
    </span>
  ) : (
    <span className={styles.failed}>
      <IconAlertCircle size={16} aria-hidden="true" /> Not sent: {reason}
    </span>
  )
