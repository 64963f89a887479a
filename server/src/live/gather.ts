import type { LiveMessage } from '#contract/live.ts'

const GATHER_MS = 100

export type Gatherer = { add(message: LiveMessage): void; stop(): void }

/**
 * Hands on what was said within a moment, merged: this process hears of its own changes twice, at once and from the
 * database, and under load there are hundreds of messages a second.
 */
export function gather(handOn: (messages: LiveMessage[]) => void): Gatherer {
  let waiting: LiveMessage[] = []
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    const messages = merged(waiting)
    timer = undefined
    waiting = []
    handOn(messages)
  }
  return {
    add(message) {
      waiting.push(message)
      timer ??= setTimeout(flush, GATHER_MS)
    },
    stop: () => clearTimeout(timer),
  }
}

/** The same news in as few messages as possible: at most one of each kind, and nothing beside a `resync`. */
export function merged(messages: readonly LiveMessage[]): LiveMessage[] {
  if (messages.some(({ kind }) => kind === 'resync')) return [{ kind: 'resync' }]
  const ids = new Set(messages.flatMap((message) => (message.kind === 'incidents' ? message.ids : [])))
  const refs = new Set(messages.flatMap((message) => (message.kind === 'deliveries' ? message.refs : [])))
  const news: LiveMessage[] = []
  if (ids.size > 0) news.push({ kind: 'incidents', ids: [...ids] })
  if (refs.size > 0) news.push({ kind: 'deliveries', refs: [...refs] })
  for (const kind of ['configuration', 'interrupted'] as const) {
    if (messages.some((message) => message.kind === kind)) news.push({ kind })
  }
  return news
}
