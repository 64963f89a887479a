import { Drawer, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { deliveryOne } from '../../../api/incidents.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { TextSkeleton } from '../../../ui/Skeletons.tsx'
import { DeliveryContent } from './DeliveryContent.tsx'

/** One delivery as it came, beside the log. `id` is undefined when none is open. */
export const DeliveryDrawer = ({ id, onClose }: { id: string | undefined; onClose: () => void }) => (
  <Drawer
    opened={id !== undefined}
    onClose={onClose}
    title="Delivery"
    position="right"
    size={720}
    closeButtonProps={{ 'aria-label': 'Close' }}
    transitionProps={{ duration: 120 }}
  >
    {id !== undefined && <Delivery key={id} id={id} />}
  </Drawer>
)

function Delivery({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(deliveryOne(id))
  return (
    <Stack gap="lg">
      <ErrorNote error={error} onRetry={() => void refetch()} />
      {!data && !error && <TextSkeleton lines={10} />}
      {data && <DeliveryContent delivery={data} />}
    </Stack>
  )
}
