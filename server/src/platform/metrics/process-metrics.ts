import { collectDefaultMetrics, Registry } from 'prom-client'

let registry: Registry | null = null

/**
 * Of the process itself: event loop, heap, garbage collection. It is one however many apps it holds, and observing it
 * costs a little, so it begins when somebody first asks.
 */
export function processMetrics(): Promise<string> {
  if (!registry) {
    registry = new Registry()
    collectDefaultMetrics({ register: registry })
  }
  return registry.metrics()
}
