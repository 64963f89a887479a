import { readEvent } from './event-facts.ts'
import type { Facts } from './facts.ts'
import { type Fields, isObject, list, object } from './payload.ts'

/**
 * One event as Sentry's API has it, which names its fields otherwise than a webhook: read as if a webhook had brought it.
 * https://docs.sentry.io/api/events/retrieve-an-issue-event/, and `interfaces/stacktrace.py` in Sentry's source.
 */
export function readApiEvent(json: unknown): Facts {
  const { entries, eventID, groupID, dateCreated, ...event } = object(json)
  const dataOf = (type: string) =>
    object(
      list(entries)
        .filter(isObject)
        .find((entry) => entry.type === type)?.data,
    )
  return readEvent({
    ...event,
    event_id: eventID,
    issue_id: groupID,
    datetime: dateCreated,
    exception: { values: list(dataOf('exception').values).map(toException) },
    stacktrace: toStack(dataOf('stacktrace')),
  })
}

function toException(value: unknown): Fields {
  const { type, value: said, stacktrace } = object(value)
  return { type, value: said, stacktrace: toStack(stacktrace) }
}

const toStack = (value: unknown): Fields => ({
  frames: list(object(value).frames).filter(isObject).map(toFrame),
})

const toFrame = ({
  filename,
  absPath,
  function: name,
  module,
  lineNo,
  colNo,
  inApp,
  context,
}: Fields): Fields => ({
  ...{ filename, module, function: name, abs_path: absPath, in_app: inApp, lineno: lineNo, colno: colNo },
  // Pairs of number and line, some before it and some after.
  context_line: list(context)
    .filter(Array.isArray)
    .find(([number]) => number === lineNo)?.[1],
})
