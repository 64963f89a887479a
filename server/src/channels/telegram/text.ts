import { fittedText, type Post, paragraphsOf, severityMarks } from '../post.ts'

/** https://core.telegram.org/bots/api#sendmessage counts what is left when markup is read; this counts a little more. */
const TEXT_MAX = 4096

/** In Telegram's HTML, where three characters are all that has a meaning. */
export const telegramText = (post: Post): string =>
  fittedText(post, written, (text) => text.length <= TEXT_MAX)

const written = (post: Post): string =>
  [
    ...post.items.map(
      ({ severity, label, url, detail }) =>
        `${severityMarks[severity]} <b>${link(label, url)}</b>\n${escapeHtml(detail)}`,
    ),
    ...paragraphsOf(post).map(escapeHtml),
    // A button with an address would be refused on servers that are called localhost.
    post.links
      .map(({ label, url }) => link(label, url))
      .join(' · '),
  ].join('\n\n')

const link = (label: string, url: string) => `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
