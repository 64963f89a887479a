import { useSyncExternalStore } from 'react'

/** One timer for everything on the page that tells the time, so that all of it changes together. */
function createTicker(milliseconds: number) {
  const listeners = new Set<() => void>()
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined

  const tick = () => {
    now = Date.now()
    for (const listener of listeners) listener()
  }
  const subscribe = (listener: () => void) => {
    if (listeners.size === 0) {
      now = Date.now()
      timer = setInterval(tick, milliseconds)
    }
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) clearInterval(timer)
    }
  }
  // Without a listener the stored time is old; whole periods keep the answer stable within one render.
  const read = () => (listeners.size > 0 ? now : Math.floor(Date.now() / milliseconds) * milliseconds)
  return { subscribe, read }
}

const seconds = createTicker(1_000)
const quarters = createTicker(15_000)

/** The present moment, which moves every second, or every 15 s where that is enough. */
export function useNow(pace: 'seconds' | 'quarters' = 'quarters'): Date {
  const ticker = pace === 'seconds' ? seconds : quarters
  return new Date(useSyncExternalStore(ticker.subscribe, ticker.read))
}
