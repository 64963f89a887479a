import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { LiveMessage } from '#contract/live.ts'

/** A burst of messages becomes one round of questions. */
const COALESCE_MILLISECONDS = 300
/** After an answer that ends the stream (a proxy's 502, say), which EventSource itself takes as final. */
const RECONNECT_MILLISECONDS = 5_000

const configuration: QueryKey[] = [
  ['me'],
  ['services'],
  ['integrations'],
  ['users'],
  ['api-keys'],
  ['audit-log'],
  ['maintenance-windows'],
]

const staleAfter = {
  incidents: [['incidents'], ['services']],
  deliveries: [['deliveries'], ['integrations']],
  configuration,
  resync: [['incidents'], ['deliveries'], ...configuration],
} as const satisfies Record<LiveMessage['kind'], readonly QueryKey[]>

/**
 * Keeps the query cache as fresh as the server's live stream says, while the page is visible; a page that comes back
 * into sight catches up. Returns how to stop.
 */
export function followLive(queryClient: QueryClient, url = '/api/v1/live'): () => void {
  const stale = new Set<LiveMessage['kind']>()
  let flushTimer: ReturnType<typeof setTimeout> | undefined
  let reconnectTimer: ReturnType<typeof setTimeout> | undefined
  let source: EventSource | undefined

  function flush() {
    flushTimer = undefined
    if (document.visibilityState !== 'visible') return
    const keys = new Map([...stale].flatMap((kind) => staleAfter[kind]).map((key) => [String(key), key]))
    stale.clear()
    for (const queryKey of keys.values()) void queryClient.invalidateQueries({ queryKey })
  }

  function note(kind: LiveMessage['kind']) {
    stale.add(kind)
    flushTimer ??= setTimeout(flush, COALESCE_MILLISECONDS)
  }

  function connect() {
    let lost = false
    source = new EventSource(url)
    source.onmessage = ({ data }) => {
      const message = LiveMessage.safeParse(parse(String(data)))
      // A message of a newer server means something changed; asking again is always right.
      note(message.data?.kind ?? 'resync')
    }
    source.onopen = () => {
      if (lost) note('resync')
      lost = false
    }
    source.onerror = () => {
      lost = true
      if (source?.readyState !== EventSource.CLOSED) return
      reconnectTimer = setTimeout(() => {
        note('resync')
        connect()
      }, RECONNECT_MILLISECONDS)
    }
  }

  connect()
  document.addEventListener('visibilitychange', flush)
  return () => {
    document.removeEventListener('visibilitychange', flush)
    clearTimeout(flushTimer)
    clearTimeout(reconnectTimer)
    source?.close()
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
