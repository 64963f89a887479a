import type { SentryDetails } from '#contract/sentry.ts'
import { type Fields, first, isObject, line, list, object, prose } from './payload.ts'

// https://develop.sentry.dev/sdk/data-model/event-payloads/exception/ and …/stacktrace/.
// `sentry.interfaces.*` are the names that old self-hosted versions send through the WebHooks plugin.

/** The exception that was thrown, and where. Sentry lists causes first, so the last value is the outermost one. */
export function readStack(event: Fields): Pick<SentryDetails, 'exception' | 'frame'> {
  const exceptions = exceptionsOf(event)
  const thrown = exceptions.at(-1) ?? {}
  const metadata = object(event.metadata)
  const type = first(line(thrown.type, 200), line(metadata.type, 200))
  const value = first(prose(thrown.value), prose(metadata.value))
  const frame = readFrame(whereItBroke(event, exceptions))
  return {
    ...(type || value ? { exception: { type, value } } : {}),
    ...(frame ? { frame } : {}),
  }
}

// Chains of causes are a handful long; a body may claim a hundred thousand.
const MAX_CHAIN = 50

function exceptionsOf(event: Fields): Fields[] {
  const values = [
    object(event.exception).values,
    event.exception,
    object(event['sentry.interfaces.Exception']).values,
  ].find(Array.isArray)
  return list(values).slice(-MAX_CHAIN).filter(isObject)
}

/** The last frame of our own code, from the thrown exception back to its causes; without any, the very last frame. */
function whereItBroke(event: Fields, exceptions: readonly Fields[]): Fields | undefined {
  const stacks = [
    event['sentry.interfaces.Stacktrace'],
    event.stacktrace,
    ...exceptions.map(({ stacktrace }) => stacktrace),
  ]
  // Frames are oldest first.
  const frames = stacks.map((stack) => list(object(stack).frames).filter(isObject)).reverse()
  const own = frames.map((stack) => stack.findLast((frame) => frame.in_app === true))
  return first(...own, ...frames.map((stack) => stack.at(-1)))
}

function readFrame(frame: Fields | undefined): SentryDetails['frame'] {
  if (!frame) return undefined
  return {
    file: first(line(frame.filename), line(frame.abs_path)),
    function: line(frame.function, 300),
    module: line(frame.module, 300),
    line: position(frame.lineno),
    column: position(frame.colno),
    context: prose(frame.context_line, 500),
  }
}

const position = (value: unknown) => (Number.isSafeInteger(value) ? (value as number) : undefined)
