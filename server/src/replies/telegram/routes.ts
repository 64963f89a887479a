import type { FastifyRequest } from 'fastify'
import { callTelegram } from '../../channels/telegram/api.ts'
import type { TelegramSettings } from '../../channels/telegram/settings.ts'
import type { Deps } from '../../deps.ts'
import { type Line, lineTo } from '../../messaging/send.ts'
import { readReplyToken } from '../../notifications/reply-tokens.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { isSameSecret } from '../../platform/secrets.ts'
import { answerPage } from '../act.ts'
import { afterwards } from '../afterwards.ts'
import type { ReplyRoutes } from '../provider.ts'
import { isFromPerson } from '../sender.ts'
import { sentencesOf } from '../words.ts'
import { answeredMessage, bubble } from './answered.ts'
import { readUpdate, type Told } from './update.ts'

/** What the webhook of the bot is set to. */
const PATH = '/api/replies/telegram'
const SECRET_HEADER = 'x-telegram-bot-api-secret-token'

type Pressed = Extract<Told, { kind: 'pressed' }>

/** Buttons in Telegram, and people who open the bot. Whatever else it is told of is taken and changes nothing. */
export const telegramRoutes: ReplyRoutes = (scope, deps) => {
  const later = afterwards(scope, deps)
  scope.post(PATH, { schema: { hide: true } }, async (request) => {
    const telegram = await demandTelegram(deps, request)
    const told = readUpdate(request.body)
    if (!told) return {}
    // Telegram carries out the method that an update is answered with.
    if (told.kind === 'started') return { method: 'sendMessage', ...welcome(told.chatId) }
    const { text, isProblem } = await answer(deps, told)
    const shown = isProblem ? null : answeredMessage(told, text)
    if (shown) later(() => callTelegram(telegram, 'editMessageText', shown))
    return { method: 'answerCallbackQuery', ...bubble(told, text, isProblem) }
  })
}

async function demandTelegram(deps: Deps, { headers }: FastifyRequest): Promise<Line<TelegramSettings>> {
  const telegram = await lineTo<TelegramSettings>(deps, 'telegram')
  if (!telegram) throw notFound('Telegram bot')
  const secret = headers[SECRET_HEADER]
  if (typeof secret !== 'string')
    throw new AppError('signature_missing', 'The request does not carry the secret of the webhook.')
  if (isSameSecret(secret, telegram.settings.webhookSecret)) return telegram
  throw new AppError(
    'signature_invalid',
    'The secret does not fit: set the webhook of the bot again, with the webhook secret that is entered here.',
  )
}

const welcome = (chatId: number) => ({
  chat_id: chatId,
  text: `Your chat ID is ${chatId}. Enter it in OpsKnight under Settings → Profile as a contact method of the kind Telegram.`,
})

/** Answers the page in the name of the person who pressed, and says what came of it. */
async function answer(
  deps: Deps,
  { token, person, action }: Pressed,
): Promise<{ text: string; isProblem: boolean }> {
  const pageId = readReplyToken(deps.secrets, token)?.pageId
  const address = String(person)
  const isTheirs = pageId && (await isFromPerson(deps.db, { pageId, channel: 'telegram', address }))
  if (!isTheirs) {
    deps.log.warn({ channel: 'telegram' }, 'reply.refused')
    return { text: NOT_YOURS, isProblem: true }
  }
  try {
    return { text: sentencesOf(await answerPage(deps, { pageId, action })), isProblem: false }
  } catch (error) {
    if (error instanceof AppError) return { text: error.message, isProblem: true }
    throw error
  }
}

const NOT_YOURS =
  'This page went to somebody else, or this chat is no longer verified in OpsKnight. Nothing was changed.'
