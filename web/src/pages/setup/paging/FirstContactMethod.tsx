import { Button, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChannelView } from '#contract/channels.ts'
import type { ContactMethodView } from '#contract/contact-methods.ts'
import { channelList } from '../../../api/channels.ts'
import { useMe } from '../../../api/me.ts'
import { channelWords } from '../../../ui/channels.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { FormSkeleton } from '../../../ui/Skeletons.tsx'
import { AddressForm } from '../../settings/reach/AddressForm.tsx'
import { ChannelChoices } from '../../settings/reach/ChannelChoices.tsx'
import { VerifyForm } from '../../settings/reach/VerifyForm.tsx'
import styles from '../setup.module.css'

/** The first way to reach somebody: their e-mail address where mail can be sent, else what there is. */
export function FirstContactMethod({ methods }: { methods: ContactMethodView[] }) {
  const { data: channels, error, refetch } = useQuery(channelList)
  const [channel, setChannel] = useState<ChannelView | null>()
  const [waiting] = methods
  if (waiting) return <Unverified method={waiting} />
  if (!channels)
    return error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <FormSkeleton fields={1} />

  const email = channels.find((one) => one.channel === 'email')
  const chosen = channel === undefined ? (email?.usable ? email : null) : channel
  return chosen ? (
    <Address channel={chosen} onOther={() => setChannel(null)} />
  ) : (
    <>
      {email && !email.usable && channel === undefined && (
        <p className={styles.lead}>
          E-mail cannot be used yet: {email.problem} Until then, choose another way.
        </p>
      )}
      <ChannelChoices channels={channels} onChoose={setChannel} />
    </>
  )
}

function Address({ channel, onOther }: { channel: ChannelView; onOther: () => void }) {
  const me = useMe()
  return (
    <AddressForm
      key={channel.channel}
      userId={me.id}
      channel={channel}
      suggestion={channel.channel === 'email' ? me.email : ''}
      beside={<Button onClick={onOther}>Another way</Button>}
    />
  )
}

/** Added, but not proven yet. */
const Unverified = ({ method }: { method: ContactMethodView }) => (
  <Stack gap="sm">
    <p className={styles.lead}>
      {channelWords[method.channel].name} <strong>{method.address}</strong> waits to be verified.
    </p>
    <VerifyForm method={method} onVerified={() => {}} />
  </Stack>
)
