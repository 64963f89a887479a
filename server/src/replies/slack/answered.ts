import type { ReplyAction } from '#contract/replies.ts'
import type { Block, Press } from './interaction.ts'

const MARKS = { acknowledge: '✅', resolve: '☑️' } as const satisfies Record<ReplyAction, string>

/** The message that was answered, as it stands from now on: what it said, who has it, and what can still be done. */
export function answeredMessage({ action, message }: Press, sentences: string) {
  const { channel, ts, text, blocks } = message
  return {
    channel,
    ts,
    text,
    blocks: [
      ...blocks.filter(({ type }) => type === 'rich_text').map(withoutId),
      ...line(`${MARKS[action]} ${sentences}`),
      ...(action === 'acknowledge' ? blocks.filter(({ type }) => type === 'actions').map(onlyResolve) : []),
    ],
  }
}

/** Rich text, as sentences hold names. */
const line = (text: string): Block[] => [
  { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] },
]

const withoutId = ({ block_id: _, ...block }: Block): Block => block as Block

function onlyResolve(block: Block): Block {
  const elements = Array.isArray(block.elements) ? (block.elements as { action_id?: unknown }[]) : []
  return {
    type: 'actions',
    elements: elements.filter(({ action_id }) => action_id === 'resolve'),
  }
}
