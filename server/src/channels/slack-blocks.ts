import { type Post, type PostItem, paragraphsOf, severityMarks } from './post.ts'

type Text = { type: 'text'; text: string; style?: { bold?: boolean } }
type Link = { type: 'link'; url: string; text: string; style?: { bold?: boolean } }
type Block = Record<string, unknown>

/**
 * Block Kit out of rich text: its pieces are taken as they are, so that a title cannot become a link, a mention or a format. The
 * `text` beside the blocks is what a locked phone shows; there Slack reads markup.
 */
export function slackMessage(post: Post, buttons: Block[] = []) {
  return {
    text: escapeMrkdwn(post.summary),
    blocks: [...contentBlocks(post), ...(buttons.length > 0 ? [{ type: 'actions', elements: buttons }] : [])],
    unfurl_links: false,
    unfurl_media: false,
  }
}

function contentBlocks(post: Post): Block[] {
  const sections: (Text | Link)[][] = [
    ...post.items.map(itemElements),
    ...paragraphsOf(post).map((text) => [plain(text)]),
    post.links.flatMap(({ label, url }, index) => [
      ...(index > 0 ? [plain(' · ')] : []),
      { type: 'link' as const, url, text: label },
    ]),
  ]
  const filled = sections.filter((elements) => elements.length > 0)
  return [
    {
      type: 'rich_text',
      elements: filled.map((elements, index) => ({
        type: 'rich_text_section',
        elements: index === filled.length - 1 ? elements : [...elements, plain('\n\n')],
      })),
    },
  ]
}

const itemElements = ({ severity, label, url, detail }: PostItem): (Text | Link)[] => [
  plain(`${severityMarks[severity]} `),
  { type: 'link', url, text: label, style: { bold: true } },
  plain(`\n${detail}`),
]

const plain = (text: string): Text => ({ type: 'text', text })

/** The three characters that Slack's own documentation names; everything it reads as a mention or a link begins with one. */
export const escapeMrkdwn = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
