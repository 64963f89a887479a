import { isIP } from 'node:net'
import path from 'node:path'
import { z } from 'zod'
import type { Channel } from '#contract/channels.ts'
import { channels } from './channels/index.ts'
import { Failure } from './platform/failure.ts'
import { isAllowanceEntry } from './platform/private-addresses.ts'

const text = z.string().trim().min(1)

/** Shorter ones can be guessed by whoever has the file. */
export const PASSPHRASE_MIN = 12

/** What the channels take from the environment, as each of them describes it. */
const ofChannels = Object.fromEntries(
  channels.flatMap(({ environment, settingsFields }) =>
    Object.entries(environment).map(([name, field]) => [
      name,
      z
        .string()
        .optional()
        .describe(settingsFields.find(({ name }) => name === field)?.help ?? ''),
    ]),
  ),
)

const Environment = z
  .object({
    PORT: z.coerce
      .number({ error: 'must be a number' })
      .int()
      .min(0)
      .max(65_535)
      .default(3000)
      .describe('The port to listen on.'),
    HOST: text
      .default('127.0.0.1')
      .describe('The address to listen on; `0.0.0.0` for every network interface.'),
    DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must be an address like postgres://user:password@host:5432/database')
      .optional()
      .describe('The PostgreSQL (16 or newer) to use. Unset: OpsKnight starts its own in the data folder.'),
    OPSKNIGHT_DATA: text
      .default('./data')
      .describe('The data folder: the embedded PostgreSQL and generated keys.'),
    OPSKNIGHT_URL: z
      .url({ protocol: /^https?$/, error: 'must be an address like https://opsknight.example.com' })
      .optional()
      .describe('The public address, used in links and webhook URLs. Unset: the host and port listened on.'),
    OPSKNIGHT_SECRET_KEY: z
      .string()
      .refine((value) => isKey(value), 'must be 32 bytes in base64; make one with: openssl rand -base64 32')
      .optional()
      .describe(
        'Encrypts secrets at rest: 32 bytes in base64. Required with `DATABASE_URL`; otherwise generated into the data folder.',
      ),
    TRUST_PROXY: text
      .refine((value) => listIn(value).every(isProxy), {
        message: 'must be addresses or networks like 10.0.0.0/8, or loopback, with commas between',
      })
      .optional()
      .describe(
        "Whose `X-Forwarded-*` headers to believe: addresses or networks with commas between, e.g. `10.0.0.0/8`, or `loopback`. Unset: nobody's.",
      ),
    OPSKNIGHT_ADMIN_EMAIL: z
      .email('must be an e-mail address')
      .optional()
      .describe(
        'Creates the first administrator at the start, when there is nobody yet. Needs `OPSKNIGHT_ADMIN_PASSWORD`.',
      ),
    OPSKNIGHT_ADMIN_PASSWORD: z
      .string()
      .min(10, 'must have at least 10 characters')
      .max(128)
      .optional()
      .describe('The password of that administrator: at least 10 characters.'),
    OPSKNIGHT_HEARTBEAT_URL: z
      .url({ protocol: /^https?$/, error: 'must be an address like https://watch.example.com/ping/…' })
      .refine((value) => !hasCredentials(value), 'must hold no user and password')
      .optional()
      .describe(
        'An address of another system that is called every minute while everything works, and that tells somebody when the calls stop.',
      ),
    OPSKNIGHT_BACKUP_PASSPHRASE: z
      .string()
      .min(PASSPHRASE_MIN, `must have at least ${PASSPHRASE_MIN} characters`)
      .optional()
      .describe(
        'Encrypts backups, and opens them: at least 12 characters. Used by `opsknight backup` and `opsknight restore` only.',
      ),
    OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: text
      .refine((value) => listIn(value).every(isAllowanceEntry), {
        message: 'must be hosts, addresses or networks like 10.0.0.0/8 with commas between, or all',
      })
      .optional()
      .describe(
        'Hosts, addresses and networks with commas between, or `all`, to which OpsKnight may send messages, and ask and tell a connected Sentry, although they are not on the public internet: e.g. `sentry.example.internal` for a self-hosted Sentry. Addresses in the variables of a channel need not be listed.',
      ),
    ...ofChannels,
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'must be fatal, error, warn, info, debug, trace or silent',
      })
      .default('info')
      .describe('How much is logged.'),
  })
  .refine((env) => !env.OPSKNIGHT_ADMIN_EMAIL === !env.OPSKNIGHT_ADMIN_PASSWORD, {
    path: ['OPSKNIGHT_ADMIN_PASSWORD'],
    message: 'and OPSKNIGHT_ADMIN_EMAIL go together; set both or neither',
  })

const EnvironmentWithKey = Environment.refine((env) => !env.DATABASE_URL || env.OPSKNIGHT_SECRET_KEY, {
  path: ['OPSKNIGHT_SECRET_KEY'],
  message:
    'is required with DATABASE_URL; make one with: openssl rand -base64 32 (and keep it, secrets cannot be read without it)',
})

/** They could not be called: fetch refuses them. */
function hasCredentials(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { username, password } = new URL(value)
  return username !== '' || password !== ''
}

const KEY_BYTES = 32
function isKey(value: string): boolean {
  return Buffer.from(value, 'base64').length === KEY_BYTES
}

const listIn = (value: string) => value.split(',').map((entry) => entry.trim())

/** The names are those of @fastify/proxy-addr, which throws at anything else. */
function isProxy(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/')
  if (bits === undefined) return ['loopback', 'linklocal', 'uniquelocal'].includes(entry) || isIP(entry) > 0
  const longest = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  return more.length === 0 && /^[0-9]+$/.test(bits) && Number(bits) >= 1 && Number(bits) <= longest
}

/** Every setting, checked. What is not configured is null. */
export type Config = {
  port: number
  host: string
  databaseUrl: string | null
  /** Absolute. */
  dataFolder: string
  /** Without a slash at the end; null until the port is known. */
  publicUrl: string | null
  secretKey: Buffer | null
  trustProxy: string[] | null
  /** A credential: whoever knows it can call in our place. */
  heartbeatUrl: string | null
  firstAdmin: { email: string; password: string } | null
  backupPassphrase: string | null
  /** Hosts and networks besides the public internet to which messages may be sent; `all` for every one. */
  allowPrivateAddresses: string[]
  /** What the environment says of the channels, by the names of their fields. */
  channels: Partial<Record<Channel, Record<string, string>>>
  logLevel: string
}

/** Thrown at the start: a list of what is wrong and how to mend it. */
export class ConfigError extends Failure {
  override name = 'ConfigError'
}

/** Reads the environment. Empty variables count as unset. A restore brings the secret key with it. */
export function readConfig(environment: NodeJS.ProcessEnv, secretKey?: 'comes with a backup'): Config {
  const given = Object.fromEntries(
    Object.keys(Environment.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  )
  const { data: env, error } = (secretKey ? Environment : EnvironmentWithKey).safeParse(given)
  const ofChannels = channelsIn(given)
  const problems = problemsOf(ofChannels)
  if (!env) {
    const others = error.issues.map(({ path: [name], message }) => `${String(name)}: ${message}`)
    throw wrong([...others, ...problems])
  }
  if (problems.length > 0) throw wrong(problems)
  return {
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL ?? null,
    dataFolder: path.resolve(env.OPSKNIGHT_DATA),
    publicUrl: env.OPSKNIGHT_URL?.replace(/\/+$/, '') ?? null,
    secretKey: env.OPSKNIGHT_SECRET_KEY ? Buffer.from(env.OPSKNIGHT_SECRET_KEY, 'base64') : null,
    trustProxy: env.TRUST_PROXY ? listIn(env.TRUST_PROXY) : null,
    heartbeatUrl: env.OPSKNIGHT_HEARTBEAT_URL ?? null,
    firstAdmin:
      env.OPSKNIGHT_ADMIN_EMAIL && env.OPSKNIGHT_ADMIN_PASSWORD
        ? { email: env.OPSKNIGHT_ADMIN_EMAIL, password: env.OPSKNIGHT_ADMIN_PASSWORD }
        : null,
    backupPassphrase: env.OPSKNIGHT_BACKUP_PASSPHRASE ?? null,
    allowPrivateAddresses: env.OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES
      ? listIn(env.OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES)
      : [],
    channels: ofChannels,
    logLevel: env.LOG_LEVEL,
  }
}

const wrong = (problems: readonly string[]) =>
  new ConfigError(
    `These settings are wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}\nSee docs/configuration.md.`,
  )

function channelsIn(given: Record<string, string | undefined>): Config['channels'] {
  const found = channels.flatMap(({ id, environment }) => {
    const values = Object.entries(environment).flatMap(([name, field]) =>
      given[name] === undefined ? [] : [[field, given[name].trim()]],
    )
    return values.length > 0 ? [[id, Object.fromEntries(values)]] : []
  })
  return Object.fromEntries(found)
}

/** What is missing may be entered in the web app; what is wrong is not mended there. */
function problemsOf(given: Config['channels']): string[] {
  return channels.flatMap(({ id, name, readSettings }) => {
    const values = given[id]
    const read = values ? readSettings(values) : null
    return read && 'problem' in read ? [`${name}: ${read.problem}`] : []
  })
}

/** Name, default and meaning of every variable; `docs/configuration.md` is written from it. */
export const configurationTable = Object.entries(Environment.shape).map(([name, schema]) => ({
  name,
  default: schema instanceof z.ZodDefault ? String(schema.def.defaultValue) : null,
  meaning: schema.description ?? '',
}))

const EVERY_INTERFACE = new Set(['0.0.0.0', '::', '[::]'])

/** Where a process on this machine reaches the server, whatever stands in front of it. */
export function ownDoorOf({ host, port }: Config): string {
  if (EVERY_INTERFACE.has(host)) return `http://${host.includes(':') ? '[::1]' : '127.0.0.1'}:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** The address that people and tools reach this server by, without a slash at the end. */
export function publicUrlOf({ publicUrl, host, port }: Config): string {
  if (publicUrl) return publicUrl
  if (EVERY_INTERFACE.has(host)) return `http://localhost:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
