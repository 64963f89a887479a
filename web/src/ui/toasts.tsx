import { lazy, Suspense, useSyncExternalStore } from 'react'
import { Toast } from './Toast.tsx'

// What shows toasts is loaded when there is something to show: the first page does without.
const library = () => import('@mantine/notifications')
const Notifications = lazy(async () => ({ default: (await library()).Notifications }))

let isWanted = false
const listeners = new Set<() => void>()

function want(): void {
  isWanted = true
  for (const listener of listeners) listener()
}

/** Where toasts appear. */
export function Toasts() {
  const isNeeded = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => isWanted,
  )
  return (
    isNeeded && (
      <Suspense>
        <Notifications position="bottom-right" limit={3} autoClose={FOR_MS} />
      </Suspense>
    )
  )
}

const FOR_MS = 6_000
/** There is more to read, and something to think about. */
const FAILURE_FOR_MS = 12_000

type Telling = {
  isFailure?: boolean
  /** The way back, or the next step. */
  action?: { name: string; onClick: () => void } | undefined
}

/** Says for a moment, at the edge of the page, what was done, or what went wrong. */
export function tell(title: string, detail?: string, more: Telling = {}): void {
  want()
  void show(title, detail, more)
}

async function show(title: string, detail: string | undefined, { isFailure = false, action }: Telling) {
  const { notifications } = await library()
  const id = notifications.show({
    color: isFailure ? 'raspberry' : 'gray',
    autoClose: isFailure ? FAILURE_FOR_MS : FOR_MS,
    message: <Toast title={title} detail={detail} action={action?.name} onAction={act} />,
  })
  function act() {
    notifications.hide(id)
    action?.onClick()
  }
}
