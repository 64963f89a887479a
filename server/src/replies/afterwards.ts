import type { FastifyInstance } from 'fastify'
import type { Deps } from '../deps.ts'

type Outcome = { outcome: string; reason?: string }

/** Does something once the answer is out, as providers wait only seconds for it. A server that stops finishes it first. */
export function afterwards(
  scope: FastifyInstance,
  { log }: Pick<Deps, 'log'>,
): (work: () => Promise<Outcome>) => void {
  const running = new Set<Promise<void>>()
  scope.addHook('onClose', async () => void (await Promise.all(running)))
  return (work) => {
    const done = work()
      .then(({ outcome, reason }) => {
        if (reason) log.warn({ outcome, reason }, 'reply.not_shown')
      })
      .catch((error: unknown) => log.error({ err: error }, 'reply.not_shown'))
      .finally(() => running.delete(done))
    running.add(done)
  }
}
