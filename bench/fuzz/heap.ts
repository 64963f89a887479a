import { setTimeout as delay } from 'node:timers/promises'

// Loaded into the server before its own code (--import): says how much it holds when it is asked, and nothing otherwise.

export type HeapAnswer = { heapUsed: number; rss: number }

const collect = globalThis.gc

process.on('message', (message) => {
  if (message === 'heap') void answer()
})
// Listening must not keep a server alive that has nothing else to do.
process.channel?.unref()

async function answer(): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    collect?.()
    await delay(50)
  }
  const { heapUsed, rss } = process.memoryUsage()
  process.send?.({ heapUsed, rss } satisfies HeapAnswer)
}
