import { messageId } from '../message-id.ts'
import { fittedText, type Post, paragraphsOf, postOf } from '../post.ts'
import type { Message } from '../types.ts'
import { PLAIN_BYTES_MAX } from './encrypt.ts'

/** What the service worker of the web app is sent (`web/public/service-worker.js` reads it). */
export type PushedNotification = {
  kind: Message['kind']
  title: string
  body: string
  /** The same one again replaces what is already shown. */
  tag: string
  /** What a click opens. */
  url: string
  /** Of a page: what proves the answer of its buttons. */
  token: string | null
}

export function notificationText(message: Message): string {
  const post = postOf(message)
  const rest = {
    kind: message.kind,
    title: post.summary,
    tag: messageId(message.key),
    url: post.links[0]?.url ?? '/',
    token: message.kind === 'page' ? message.replies.token : null,
  }
  const text = (shorter: Post) =>
    JSON.stringify({ ...rest, body: bodyText(shorter) } satisfies PushedNotification)
  return fittedText(post, text, (written) => Buffer.byteLength(written) <= PLAIN_BYTES_MAX)
}

/** The title already names an incident that is alone. */
function bodyText(post: Post): string {
  const [first, ...others] = post.items
  if (first && others.length === 0 && post.more === 0) return first.detail
  return [...post.items.map(({ label }) => label), ...paragraphsOf(post)].join('\n')
}
