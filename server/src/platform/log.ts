import pino from 'pino'

export type Log = pino.Logger

const SECRET_FIELDS = [
  'password',
  'token',
  'secret',
  'signingSecret',
  'key',
  'authorization',
  'cookie',
  'address',
]

/** One JSON line per change of state, named `noun.verb`. Fields that are secrets by name never come out. */
export function createLog(level: string, destination?: pino.DestinationStream): Log {
  const options: pino.LoggerOptions = {
    level,
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`, `headers["${field}"]`]),
      censor: '[redacted]',
    },
    serializers: {
      err: errorShown,
      req: (request: { method: string; url: string; ip?: string }) => ({
        method: request.method,
        url: shortenUrl(request.url),
        ip: request.ip,
      }),
      res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
    },
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  return destination ? pino(options, destination) : pino(options)
}

/** Of an error only what it says and where: the connection that the driver hangs on it holds keys, and more than anybody reads. */
function errorShown(error: unknown) {
  if (!(error instanceof Error)) return error
  const { type, message, stack } = pino.stdSerializers.err(error)
  return { type, message, ...('code' in error ? { code: error.code } : {}), stack }
}

/** Integration IDs are credentials and appear in addresses: only their first characters are logged. */
export function shortenUrl(url: string): string {
  return url
    .replace(
      /([?&](?:integrationId|token)=)([^&]*)/gi,
      (_all, name: string, value: string) => `${name}${shorten(value)}`,
    )
    .replace(/(\/integrations\/)([^/?]+)/g, (_all, path: string, id: string) => `${path}${shorten(id)}`)
    .replace(REPLY_TOKEN, (_all, path: string, token: string) => `${path}${shorten(token)}`)
}

/** Whoever has the token of a page answers it as its person. */
const REPLY_TOKEN = /(\/reply\/|\/v1\/replies\/|\/twilio\/voice\/)([^/?]+)/g

const VISIBLE = 6
const shorten = (value: string) => (value.length > VISIBLE ? `${value.slice(0, VISIBLE)}…` : value)
