import type { ChannelField } from '#contract/channels.ts'
import type { HttpResult, HttpSend } from '../platform/http-send.ts'
import type { SendContext, SendOutcome } from './types.ts'

/** An account at https://www.twilio.com, for SMS and calls. */
export type TwilioAccount = { accountSid: string; authToken: string; from: string; apiUrl: string | null }

export const TWILIO_URL = 'https://api.twilio.com'

type Client = InstanceType<typeof import('twilio/lib/rest/Twilio.js')>

/** Twilio's SDK takes a while to load: it is loaded when it is needed first. */
export const loadTwilio = () => import('twilio/lib/rest/Twilio.js')

/** Ends a call of the SDK with what `http-send` made of it. */
class Stopped extends Error {
  readonly result: Exclude<HttpResult, { outcome: 'answered' }>
  constructor(result: Exclude<HttpResult, { outcome: 'answered' }>) {
    super(result.reason)
    this.result = result
  }
}

/**
 * Runs one call of Twilio's SDK over `http-send`, which knows time limits and retries. `create` answers with the id of what
 * was made; an answer without one is no answer of Twilio.
 */
export async function callTwilio(
  account: TwilioAccount,
  { http }: Pick<SendContext<unknown>, 'http'>,
  create: (client: Client) => Promise<{ sid: string }>,
): Promise<SendOutcome> {
  const { default: Twilio } = await loadTwilio()
  const client = new Twilio(account.accountSid, account.authToken, {
    httpClient: clientOver(http, account) as never,
    accountSid: account.accountSid,
    env: {},
  })
  try {
    const { sid } = await create(client)
    return sid ? { outcome: 'sent', providerId: sid } : GARBAGE
  } catch (error) {
    if (error instanceof Stopped) return error.result
    if (error instanceof SyntaxError || error instanceof TypeError) return GARBAGE
    throw error
  }
}

const GARBAGE: SendOutcome = {
  outcome: 'retry',
  reason: 'Twilio answered with something that is not its own',
}

type SdkRequest = {
  method: string
  uri: string
  username?: string
  password?: string
  headers?: Record<string, string>
  data?: Record<string, unknown>
}

function clientOver(http: HttpSend, { apiUrl }: TwilioAccount) {
  return {
    async request({ uri, username = '', password = '', headers = {}, data = {} }: SdkRequest) {
      const { pathname, search } = new URL(uri)
      const result = await http({
        method: 'POST',
        url: `${apiUrl ?? TWILIO_URL}${pathname}${search}`,
        headers: {
          ...headers,
          authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        },
        body: formOf(data),
      })
      if (result.outcome !== 'answered') throw new Stopped(result)
      const { status, text, headers: answered } = result.answer
      return { statusCode: status, body: JSON.parse(text), headers: answered }
    },
  }
}

function formOf(data: Record<string, unknown>): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) form.append(name, String(one))
  }
  return form.toString()
}

/** Twilio refuses to call back where it cannot reach. */
export function callbackUrl(publicUrl: string, path: string): string | null {
  const { hostname } = new URL(publicUrl)
  return hostname.includes('.') && !/^[\d.]+$/.test(hostname) ? `${publicUrl}${path}` : null
}

export const TWILIO_ENVIRONMENT = {
  TWILIO_ACCOUNT_SID: 'accountSid',
  TWILIO_AUTH_TOKEN: 'authToken',
  TWILIO_FROM: 'from',
  TWILIO_API_URL: 'apiUrl',
}

/** What is wrong with an account, null when it is none, or the account. */
export function readAccount({
  accountSid,
  authToken,
  from,
  apiUrl,
}: Record<string, string | undefined>): { account: TwilioAccount } | { problem: string } | null {
  if (!accountSid || !authToken || !from) return null
  if (!/^AC[0-9a-zA-Z]{8,64}$/.test(accountSid))
    return { problem: 'The account SID of Twilio starts with AC, followed by 32 letters and digits' }
  if (apiUrl && !/^https?:$/.test(URL.canParse(apiUrl) ? new URL(apiUrl).protocol : ''))
    return { problem: 'The address of Twilio’s API must start with https://' }
  return { account: { accountSid, authToken, from, apiUrl: apiUrl?.replace(/\/+$/, '') ?? null } }
}

const text = { kind: 'text', required: false } as const

/** What an administrator enters of the account; `sender` says what its number is for. */
export const accountFields = (sender: string): ChannelField[] => [
  {
    ...text,
    name: 'accountSid',
    label: 'Twilio account SID',
    help: 'The account of Twilio that SMS and calls are sent by: `AC…`, on the first page of its console.',
    placeholder: 'AC…',
  },
  {
    ...text,
    kind: 'secret',
    name: 'authToken',
    label: 'Twilio auth token',
    help: 'The auth token of that account. It also proves that replies come from Twilio.',
    placeholder: '',
  },
  {
    ...text,
    name: 'from',
    label: sender,
    help: 'The number that SMS and calls come from, e.g. `+15005550006`; for SMS also a messaging service (`MG…`) or a name.',
    placeholder: '+15005550006',
  },
  {
    ...text,
    kind: 'url',
    name: 'apiUrl',
    label: 'Address of the API',
    help: 'Where the API of Twilio is, when not at `https://api.twilio.com`, e.g. in another region.',
    placeholder: TWILIO_URL,
  },
]
