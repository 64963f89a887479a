import type { IntegrationType } from '#contract/integrations.ts'
import { loadFixture } from '../../server/src/integrations/fixtures.ts'
import { integrationOfType } from '../../server/src/integrations/index.ts'
import { Failure } from '../../server/src/platform/failure.ts'

/** Where deliveries go: one integration of the server, or the bare server that takes its place. */
export type Target = {
  /** Connections are shared out among them. */
  ports: readonly number[]
  address: string
  secret: string | null
}

/** A message of Sentry about any issue. */
export type Message = {
  bytes: number
  /** The whole HTTP request. */
  request(issue: number, target: Target): string
}

const TYPE: IntegrationType = 'sentry'
/** Of one length, so that every request is as long as every other. */
const FIRST_ISSUE = 1_000_000_000
/** What real alerts of Sentry weigh, by the requirement. */
const ALERT_BYTES = 7 * 1024

export const dedupKeyOf = (issue: number): string => `sentry-${idOf(issue)}`
const idOf = (issue: number) => String(FIRST_ISSUE + issue)

/** About 1.3 KB. */
export const created = (): Message => fromFixture('issue-created')
export const resolved = (): Message => fromFixture('issue-resolved')
/** An alert with a stack as long as they are. */
export const alert = (): Message => fromFixture('event-alert', lengthen)

const FIXTURE_ISSUE = '4509414'

function fromFixture(name: string, change = (_body: AlertBody): void => undefined): Message {
  const { delivery } = loadFixture(TYPE, name)
  const body = JSON.parse(delivery.rawBody.toString())
  change(body)
  const parts = JSON.stringify(body).split(FIXTURE_ISSUE)
  if (parts.length === 1) throw new Failure(`The fixture ${name} is no longer about issue ${FIXTURE_ISSUE}`)
  const bodyOf = (issue: number) => parts.join(idOf(issue))
  const bytes = Buffer.byteLength(bodyOf(0))
  const headers = linesOf({
    'content-type': 'application/json',
    'sentry-hook-resource': String(delivery.headers['sentry-hook-resource']),
    'sentry-hook-timestamp': String(delivery.headers['sentry-hook-timestamp']),
    'user-agent': 'sentry/1.0',
    'content-length': String(bytes),
  })
  return {
    bytes,
    request(issue, { ports: [port], address, secret }) {
      const text = bodyOf(issue)
      const path = `/api/integrations/${TYPE}?integrationId=${address}`
      const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${headers}`
      return `${head}${secret ? signature(text, secret) : ''}\r\n${text}`
    },
  }
}

const linesOf = (headers: Record<string, string>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')

const signature = (body: string, secret: string): string =>
  linesOf(integrationOfType(TYPE)?.authentication.sign(Buffer.from(body), secret) ?? {})

type Frame = { lineno: number }
type AlertBody = { data: { event: { exception: { values: { stacktrace: { frames: Frame[] } }[] } } } }

/** Repeats the frames of a library below the one of our own code, as deep stacks have them. */
function lengthen(body: AlertBody): void {
  const frames = body.data.event.exception.values[0]?.stacktrace.frames
  const library = frames?.at(-1)
  if (!frames || !library) throw new Failure('The alert of the fixture has no stack')
  while (JSON.stringify(body).length < ALERT_BYTES) frames.unshift({ ...library, lineno: frames.length })
}
