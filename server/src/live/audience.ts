import type { ServerResponse } from 'node:http'

const HEARTBEAT_MS = 15_000
/** A stream ends after this long and the browser opens another one, so that whoever was disabled hears no more. */
const STREAM_MAX_MS = 10 * 60_000
const STREAMS_MAX = 1_000
/** Of one person or API key: more tabs than anybody looks at, and those that a sleeping laptop has left behind. */
const STREAMS_MAX_EACH = 30
/** A browser that reads slower than this much behind is cut off; it asks again and catches up. */
const UNREAD_MAX_BYTES = 256 * 1024

/** The browsers that listen to this process. */
export type Audience = {
  readonly isFull: boolean
  /** Whether this listener has as many streams as one may have. */
  isEverywhere(listener: string): boolean
  add(stream: ServerResponse, listener: string): void
  say(text: string): void
  end(): void
}

export function createAudience(): Audience {
  /** With whom each one belongs to. */
  const streams = new Map<ServerResponse, string>()
  const say = (text: string) => {
    for (const stream of streams.keys()) {
      if (stream.writableLength > UNREAD_MAX_BYTES) stream.destroy()
      else stream.write(text)
    }
  }
  const heartbeat = setInterval(say, HEARTBEAT_MS, ': still here\n\n')
  heartbeat.unref()

  return {
    get isFull() {
      return streams.size >= STREAMS_MAX
    },
    isEverywhere(listener) {
      return (
        streams
          .values()
          .filter((owner) => owner === listener)
          .toArray().length >= STREAMS_MAX_EACH
      )
    },
    add(stream, listener) {
      // Whoever hung up while they were being let in says nothing any more, not even that they are gone.
      if (stream.destroyed) return
      streams.set(stream, listener)
      const end = setTimeout(() => stream.end(), STREAM_MAX_MS)
      stream.on('close', () => {
        clearTimeout(end)
        streams.delete(stream)
      })
    },
    say,
    end() {
      clearInterval(heartbeat)
      for (const stream of streams.keys()) stream.end()
    },
  }
}
