import { useSyncExternalStore } from 'react'

// Kept apart from the palette itself, which is loaded when it is wanted first.

let timesWanted = 0
const listeners = new Set<() => void>()

export function openPalette(): void {
  timesWanted += 1
  for (const listener of listeners) listener()
}

/** How often the palette was asked for; 0 as long as it need not be loaded. */
export const useTimesWanted = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => timesWanted,
  )
