import type { ReplyAction } from '#contract/replies.ts'
import { callbackData } from '../../channels/telegram/index.ts'
import type { Told } from './update.ts'

type Pressed = Extract<Told, { kind: 'pressed' }>

/** What a bubble over the chat takes. */
const BUBBLE_MAX = 200
const TEXT_MAX = 4096
const MARKS = { acknowledge: '✅', resolve: '☑️' } as const satisfies Record<ReplyAction, string>

/** Ends the waiting of the button, with a bubble that says what came of it. */
export const bubble = ({ queryId }: Pressed, text: string, isProblem = false) => ({
  callback_query_id: queryId,
  text: text.length > BUBBLE_MAX ? `${text.slice(0, BUBBLE_MAX - 1)}…` : text,
  show_alert: isProblem,
})

/** The message that was answered, as it stands from now on: what it said, who has it, and what can still be done. */
export function answeredMessage({ action, token, message }: Pressed, sentences: string) {
  if (!message) return null
  const text = `${message.text}\n\n${MARKS[action]} ${sentences}`
  return {
    chat_id: message.chatId,
    message_id: message.id,
    text: text.length > TEXT_MAX ? message.text : text,
    // As Telegram gave them: what is bold or a link stays so, as nothing before them has moved.
    entities: message.entities,
    link_preview_options: { is_disabled: true },
    reply_markup: {
      inline_keyboard:
        action === 'acknowledge'
          ? [[{ text: 'Resolve', callback_data: callbackData('resolve', token) }]]
          : [],
    },
  }
}
