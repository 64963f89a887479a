import { notifications } from '@mantine/notifications'
import { Toast } from '../../../ui/Toast.tsx'

/** What was done, for a moment, at the edge of the page. */
export const tell = (title: string, detail?: string) =>
  notifications.show({ message: <Toast title={title} detail={detail} /> })
