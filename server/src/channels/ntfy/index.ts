import type { Urgency } from '#contract/common.ts'
import { messageId } from '../message-id.ts'
import { fittedText, type Post, paragraphsOf, postOf, severityMarks } from '../post.ts'
import { jsonPost, outcomeOf } from '../refusals.ts'
import { replyRequest } from '../reply-request.ts'
import { type AddressCheck, defineChannel, type Message, type SendContext } from '../types.ts'
import { isWeb } from '../web-address.ts'

const PUBLIC_SERVER = 'https://ntfy.sh'

export type NtfySettings = {
  /** Without a slash at the end. */
  serverUrl: string
  token: string | null
}

/** https://docs.ntfy.sh/publish: a longer message becomes a file that nobody opens. */
const MESSAGE_BYTES_MAX = 4096
const TOPIC = /^[-_A-Za-z0-9]{1,64}$/

/** A notification of the ntfy app, whose buttons answer without opening anything. */
export const ntfy = defineChannel<NtfySettings>({
  id: 'ntfy',
  name: 'ntfy',
  description:
    'A notification of the ntfy app, with buttons to acknowledge and resolve; by ntfy.sh or your own server.',
  settingsFields: [
    {
      name: 'serverUrl',
      label: 'ntfy server',
      help: 'Where topics without a server of their own are. Empty: ntfy.sh.',
      placeholder: PUBLIC_SERVER,
      kind: 'url',
      required: false,
    },
    {
      name: 'token',
      label: 'Access token',
      help: 'Only where that server wants one to publish.',
      placeholder: 'tk_…',
      kind: 'secret',
      required: false,
    },
  ],
  environment: { NTFY_URL: 'serverUrl', NTFY_TOKEN: 'token' },
  sentTo: { serverUrl: ['token'] },
  readSettings({ serverUrl = '', token = '' }) {
    if (serverUrl && !(URL.canParse(serverUrl) && isWeb(new URL(serverUrl)))) {
      return { problem: 'The address of the ntfy server must start with https://.' }
    }
    return { settings: { serverUrl: (serverUrl || PUBLIC_SERVER).replace(/\/+$/, ''), token: token || null } }
  },
  addressField: {
    name: 'address',
    label: 'Topic',
    help: 'Whoever knows it reads your pages: make it long. A topic on another server is entered with its address.',
    placeholder: 'opsknight-3vX9pQ2mKz, or https://ntfy.example.com/topic',
    kind: 'text',
    required: true,
  },
  isAddressSecret: true,
  verifiedBy: 'code',
  replies: true,
  checkAddress,
  send(message, address, context) {
    const { url, topic, headers } = targetOf(address, context.settings)
    const request = jsonPost(url, { topic, ...notification(message, context) }, headers)
    return outcomeOf(context.http, request, 'The ntfy server', {
      401: REFUSED,
      403: REFUSED,
      404: 'There is no ntfy server at this address.',
    })
  },
})

const REFUSED =
  'The ntfy server does not let us publish to this topic. It may need an access token (Settings → Channels), or is somebody else’s.'

function checkAddress(text: string): AddressCheck {
  const given = text.trim()
  if (TOPIC.test(given)) return { address: given, shown: shownTopic(given) }
  const problem = {
    problem:
      'This is not a topic. It has up to 64 letters, digits, _ and -, or is an address like https://ntfy.example.com/topic.',
  }
  if (!URL.canParse(given)) return problem
  const url = new URL(given)
  const topic = url.pathname.split('/').at(-1) ?? ''
  if (!isWeb(url) || !TOPIC.test(topic) || url.username || url.search) return problem
  return { address: `${url.origin}${url.pathname}`, shown: `${url.origin}/${shownTopic(topic)}` }
}

const shownTopic = (topic: string) => `${topic.slice(0, Math.min(3, topic.length - 1))}…`

/** The token belongs to the server that the administrator named, and goes to no other. */
function targetOf(address: string, { serverUrl, token }: NtfySettings) {
  const isTopic = TOPIC.test(address)
  const url = isTopic ? serverUrl : address.replace(/\/[^/]*$/, '')
  const topic = isTopic ? address : (address.split('/').at(-1) ?? '')
  const headers: Record<string, string> =
    token && url === serverUrl ? { authorization: `Bearer ${token}` } : {}
  return { url: `${url}/`, topic, headers }
}

const priorities = { high: 5, medium: 4, low: 3 } as const satisfies Record<Urgency, number>

function notification(message: Message, { publicUrl }: SendContext<NtfySettings>) {
  const post = postOf(message)
  const urgency = message.kind === 'page' ? (message.incidents[0]?.urgency ?? 'high') : 'medium'
  return {
    title: post.summary,
    message: fittedText(post, written, (text) => Buffer.byteLength(text) <= MESSAGE_BYTES_MAX),
    priority: priorities[urgency],
    ...(post.links[0] ? { click: post.links[0].url } : {}),
    // The same one again replaces what the phone already shows.
    sequence_id: messageId(message.key),
    ...(message.kind === 'page' ? { actions: actionsOf(message.replies.token, publicUrl) } : {}),
  }
}

/** The ntfy app shows it as it is, links included. */
const written = (post: Post): string =>
  [
    ...post.items.map(({ severity, label, detail }) => `${severityMarks[severity]} ${label}\n${detail}`),
    ...paragraphsOf(post),
  ].join('\n\n')

const actionsOf = (token: string, publicUrl: string) =>
  (['acknowledge', 'resolve'] as const).map((action) => ({
    action: 'http',
    label: action === 'acknowledge' ? 'Acknowledge' : 'Resolve',
    ...replyRequest(publicUrl, token, action),
    clear: true,
  }))
