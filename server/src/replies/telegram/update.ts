import { z } from 'zod'
import { readCallbackData } from '../../channels/telegram/index.ts'

const Chat = z.object({ id: z.int(), type: z.string() })

/** https://core.telegram.org/bots/api#update: what of it we read. */
const Update = z.object({
  callback_query: z
    .object({
      id: z.string(),
      from: z.object({ id: z.int() }),
      data: z.string().default(''),
      message: z
        .object({
          message_id: z.int(),
          chat: Chat,
          text: z.string().default(''),
          entities: z.array(z.looseObject({})).default([]),
        })
        .optional(),
    })
    .optional(),
  message: z.object({ chat: Chat, text: z.string().default('') }).optional(),
})

/** A button of ours that somebody has pressed, and the message it stands in; or somebody who has opened the bot. */
export type Told =
  | {
      kind: 'pressed'
      queryId: string
      person: number
      action: 'acknowledge' | 'resolve'
      token: string
      message: { chatId: number; id: number; text: string; entities: object[] } | null
    }
  | { kind: 'started'; chatId: number }

/** Null for everything else that Telegram tells a bot of. */
export function readUpdate(body: unknown): Told | null {
  const { data: update } = Update.safeParse(body)
  if (!update) return null
  const { callback_query: query, message } = update
  if (message && message.chat.type === 'private' && /^\/start\b/.test(message.text))
    return { kind: 'started', chatId: message.chat.id }
  const data = query && readCallbackData(query.data)
  if (!query || !data) return null
  const shown = query.message
  return {
    kind: 'pressed',
    queryId: query.id,
    person: query.from.id,
    ...data,
    message: shown
      ? { chatId: shown.chat.id, id: shown.message_id, text: shown.text, entities: shown.entities }
      : null,
  }
}
