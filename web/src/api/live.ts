import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { LiveMessage } from '#contract/live.ts'
import { suspect } from './suspicion.ts'

/** A burst of messages becomes one round of questions. */
const COALESCE_MILLISECONDS = 300
/** After an answer that ends the stream (a proxy's 502, say), which EventSource itself takes as final. */
const RECONNECT_MILLISECONDS = 5_000
/** Browsers allow six connections to a server over HTTP/1.1: a tab that nobody sees gives its own back. */
const LEAVE_MILLISECONDS = 30_000

const configuration: QueryKey[] = [
  ['me'],
  ['services'],
  ['integrations'],
  ['users'],
  ['api-keys'],
  ['audit-log'],
  ['maintenance-windows'],
  ['teams'],
  ['schedules'],
  ['on-call'],
  ['swaps'],
  ['escalation-policies'],
  ['coverage'],
  ['channels'],
  ['contact-methods'],
  ['notification-rules'],
]

const staleAfter = {
  incidents: [['incidents'], ['services'], ['pages']],
  deliveries: [['deliveries'], ['integrations']],
  configuration,
  resync: [['incidents'], ['pages'], ['deliveries'], ...configuration],
  // What is missed meanwhile comes with the resync that follows.
  interrupted: [],
} as const satisfies Record<LiveMessage['kind'], readonly QueryKey[]>

/**
 * Keeps the query cache as fresh as the server's live stream says, while the page is visible; a page that comes back
 * into sight catches up. Returns how to stop.
 */
export function followLive(queryClient: QueryClient, url = '/api/v1/live'): () => void {
  const stale = createStaleSlices(queryClient)
  const stream = createStream(url, (kind) => (kind === 'interrupted' ? suspect() : stale.add(kind)))
  let leaveTimer: ReturnType<typeof setTimeout> | undefined

  function onVisibility() {
    clearTimeout(leaveTimer)
    if (document.visibilityState !== 'visible') {
      leaveTimer = setTimeout(stream.close, LEAVE_MILLISECONDS)
      return
    }
    if (stream.isClosed()) {
      stale.add('resync')
      stream.open()
    }
    stale.flush()
  }

  stream.open()
  document.addEventListener('visibilitychange', onVisibility)
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    clearTimeout(leaveTimer)
    stream.close()
    stale.forget()
  }
}

/** Collects what is no longer true and asks for all of it in one go. */
function createStaleSlices(queryClient: QueryClient) {
  const kinds = new Set<LiveMessage['kind']>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush() {
    clearTimeout(timer)
    timer = undefined
    if (document.visibilityState !== 'visible') return
    const keys = new Map([...kinds].flatMap((kind) => staleAfter[kind]).map((key) => [String(key), key]))
    kinds.clear()
    for (const queryKey of keys.values()) void queryClient.invalidateQueries({ queryKey })
  }

  return {
    flush,
    forget: () => clearTimeout(timer),
    add(kind: LiveMessage['kind']) {
      kinds.add(kind)
      timer ??= setTimeout(flush, COALESCE_MILLISECONDS)
    },
  }
}

/** The server's stream of messages, opened again whenever it ends; every gap is reported as `resync`. */
function createStream(url: string, onKind: (kind: LiveMessage['kind']) => void) {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function open() {
    let isLost = false
    const opened = new EventSource(url)
    source = opened
    opened.onmessage = ({ data }) => {
      // A message of a newer server means that something changed; asking again is always right.
      onKind(LiveMessage.safeParse(parse(String(data))).data?.kind ?? 'resync')
    }
    opened.onopen = () => {
      if (isLost) onKind('resync')
      isLost = false
    }
    opened.onerror = () => {
      isLost = true
      suspect()
      if (opened.readyState === EventSource.CLOSED) timer = setTimeout(openAgain, RECONNECT_MILLISECONDS)
    }
  }

  function openAgain() {
    onKind('resync')
    open()
  }

  function close() {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }

  return { open, close, isClosed: () => source === undefined }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
