import { Group, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useAddContactMethod } from '../../../api/contact-methods.ts'
import { deviceName, pushProblem, subscribeThisBrowser } from '../../../api/push.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import type { AddressProps } from './AddressForm.tsx'
import styles from './reach.module.css'

/** Subscribes this browser; there is nothing to type. */
export function PushForm({ userId, channel, beside, onAdded }: AddressProps) {
  const add = useAddContactMethod(userId)
  const enable = useMutation({
    mutationFn: async () => {
      const address = await subscribeThisBrowser()
      return add.mutateAsync({ channel: 'push', address, label: deviceName() })
    },
    onSuccess: (method) => onAdded?.(method),
  })
  return (
    <Stack gap="md">
      <p className={styles.muted}>{channel.description} The browser asks for your permission.</p>
      <ErrorNote error={enable.error} />
      <Group gap="sm">
        <ActionButton
          variant="filled"
          loading={enable.isPending}
          disabledReason={pushProblem() ?? undefined}
          onClick={() => enable.mutate()}
        >
          Enable push on this device
        </ActionButton>
        {beside}
      </Group>
      {pushProblem() && <p className={styles.muted}>{pushProblem()}</p>}
    </Stack>
  )
}
