/** Wakes a loop that rests: rung while nobody waits, it is heard by the next who does. Many rings are one. */
export function createBell() {
  let isRung = false
  let wake = () => {}
  return {
    ring(): void {
      isRung = true
      wake()
    },
    /** Until it is rung, so many milliseconds are over, or the signal comes. */
    async heard(withinMs: number, signal: AbortSignal): Promise<void> {
      if (!isRung && !signal.aborted) {
        const woken = Promise.withResolvers<void>()
        wake = woken.resolve
        const timer = setTimeout(woken.resolve, withinMs)
        signal.addEventListener('abort', woken.resolve as () => void, { once: true })
        await woken.promise
        clearTimeout(timer)
        signal.removeEventListener('abort', woken.resolve as () => void)
      }
      isRung = false
    },
  }
}
