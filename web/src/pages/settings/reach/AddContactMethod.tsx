import { Button, Group, Modal, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChannelView } from '#contract/channels.ts'
import type { ContactMethodWithCode } from '#contract/contact-methods.ts'
import { channelList } from '../../../api/channels.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { ListSkeleton } from '../../../ui/Skeletons.tsx'
import { AddressForm } from './AddressForm.tsx'
import { ChannelChoices } from './ChannelChoices.tsx'
import styles from './reach.module.css'
import { VerifyForm } from './VerifyForm.tsx'

type Props = { userId: string; isMine: boolean; isOpen: boolean; onClose: () => void }

/** Which channel, which address, then the code that came there. */
export const AddContactMethod = ({ userId, isMine, isOpen, onClose }: Props) => (
  <Modal opened={isOpen} onClose={onClose} title="Add contact method" centered size="lg">
    <Steps userId={userId} isMine={isMine} onClose={onClose} />
  </Modal>
)

function Steps({ userId, isMine, onClose }: Omit<Props, 'isOpen'>) {
  const { data: channels, error, refetch } = useQuery(channelList)
  const [channel, setChannel] = useState<ChannelView>()
  const [added, setAdded] = useState<ContactMethodWithCode>()
  if (added) return <Verify method={added} isMine={isMine} onClose={onClose} />
  if (channel)
    return (
      <AddressForm
        userId={userId}
        channel={channel}
        onAdded={setAdded}
        beside={<Button onClick={() => setChannel(undefined)}>Back</Button>}
      />
    )
  if (!channels)
    return error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <ListSkeleton rows={3} />
  return <ChannelChoices channels={channels} onChoose={setChannel} />
}

type VerifyProps = { method: ContactMethodWithCode; isMine: boolean; onClose: () => void }

const Verify = ({ method, isMine, onClose }: VerifyProps) => (
  <Stack gap="md">
    {method.codeProblem ? (
      <p className={styles.unreached}>
        The address is kept, but its code could not be sent: {method.codeProblem}
      </p>
    ) : (
      <p className={styles.muted}>
        {isMine
          ? 'Until it is verified nothing else is sent to this address.'
          : 'They verify it under Settings → Profile, or tell you the code.'}
      </p>
    )}
    <VerifyForm method={method} onVerified={onClose} />
    <Group justify="flex-end">
      <Button onClick={onClose}>Verify later</Button>
    </Group>
  </Stack>
)
