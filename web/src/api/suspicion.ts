import { useSyncExternalStore } from 'react'

// Nothing asks how the server is in normal times. This is how those who notice that something is wrong say so.

let isSuspected = false
const listeners = new Set<() => void>()

function set(next: boolean): void {
  if (next === isSuspected) return
  isSuspected = next
  for (const listener of listeners) listener()
}

/** Something points to a server, or a database, that is away. */
export const suspect = () => set(true)
/** The server itself says that all is well. */
export const trust = () => set(false)

export const useIsSuspected = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => isSuspected,
  )
