import { type Post, paragraphsOf, severityMarks } from './post.ts'

/** The lines of a post in the Markdown of chats, which differ in what they read as more than text. */
export function markdownOf(post: Post, escaped: (text: string) => string): string {
  const link = (label: string, url: string) => `[${escaped(label)}](${linkTarget(url)})`
  return [
    ...post.items.map(
      ({ severity, label, url, detail }) =>
        `${severityMarks[severity]} **${link(label, url)}**\n${escaped(detail)}`,
    ),
    ...paragraphsOf(post).map(escaped),
    post.links.map(({ label, url }) => link(label, url)).join(' · '),
  ].join('\n\n')
}

/** Addresses are our own; what would end the link early is written as its number. */
const linkTarget = (url: string) => url.replace(/[()\s<>]/g, (character) => encodeNumber(character))
const encodeNumber = (character: string) =>
  `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`

/** Takes no room, and keeps a chat from finding a name, an address or an emoji across it. */
export const JOINER = '\u2060'
