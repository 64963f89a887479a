import { jsonOf, jsonPost, outcomeOfStatus } from '../refusals.ts'
import type { SendContext, SendOutcome } from '../types.ts'
import type { TelegramSettings } from './settings.ts'

type Called = { outcome: 'done'; result: unknown } | Exclude<SendOutcome, { outcome: 'sent' }>

const reasons: Record<number, string> = {
  401: 'Telegram does not accept the bot token. An administrator enters it anew in Settings → Channels.',
  403: 'This person has not started the bot in Telegram, or has blocked it. They open it and press Start.',
  404: 'Telegram does not know this bot. An administrator enters the bot token anew in Settings → Channels.',
}

/** One method of https://core.telegram.org/bots/api. The token is in the address, as Telegram wants it. */
export async function callTelegram(
  { http, settings }: Pick<SendContext<TelegramSettings>, 'http' | 'settings'>,
  method: string,
  body: Record<string, unknown>,
): Promise<Called> {
  const result = await http(jsonPost(`${settings.apiUrl}/bot${settings.botToken}/${method}`, body))
  if (result.outcome !== 'answered') return result
  const answer = jsonOf(result.answer)
  const description = typeof answer?.description === 'string' ? answer.description : ''
  const outcome = outcomeOfStatus(result.answer, 'Telegram', { ...reasons, 400: badRequest(description) })
  if (outcome.outcome !== 'sent') return outcome
  if (answer?.ok === true) return { outcome: 'done', result: answer.result }
  return { outcome: 'retry', reason: 'Telegram answered with something that is not its own.' }
}

const badRequest = (description: string) =>
  /chat not found|user not found|PEER_ID_INVALID/i.test(description)
    ? 'Telegram knows no such chat for this bot. The person opens the bot, presses Start and enters the number that it answers.'
    : `Telegram refused the message (${description.replace(/[^\w .,:'-]/g, '').slice(0, 120) || 'HTTP 400'}).`
