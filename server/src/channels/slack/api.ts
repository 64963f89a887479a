import { jsonOf, jsonPost, outcomeOfStatus } from '../refusals.ts'
import type { SendContext, SendOutcome } from '../types.ts'
import type { SlackSettings } from './settings.ts'

type Called = { outcome: 'done'; body: Record<string, unknown> } | Exclude<SendOutcome, { outcome: 'sent' }>

/** One method of Slack's Web API: https://docs.slack.dev/apis/web-api. It answers 200 to almost everything and says `ok: false`. */
export async function callSlack(
  { http, settings }: Pick<SendContext<SlackSettings>, 'http' | 'settings'>,
  method: string,
  body: Record<string, unknown>,
): Promise<Called> {
  const result = await http(
    jsonPost(`${settings.apiUrl}/${method}`, body, { authorization: `Bearer ${settings.botToken}` }),
  )
  if (result.outcome !== 'answered') return result
  const outcome = outcomeOfStatus(result.answer, 'Slack')
  if (outcome.outcome !== 'sent') return outcome
  const answer = jsonOf(result.answer)
  if (!answer) return { outcome: 'retry', reason: 'Slack answered with something that is no JSON.' }
  if (answer.ok === true) return { outcome: 'done', body: answer }
  return refusalOf(String(answer.error ?? 'no error named'))
}

const AGAIN = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
])

const TOKEN = 'Slack does not accept the bot token. An administrator enters it anew in Settings → Channels.'
const MEMBER =
  'Slack knows no such member, or the account is disabled. Check the member ID in the contact method.'

/** What to do about the refusals that people meet; the others are named as Slack names them. */
const reasons: Record<string, string> = {
  invalid_auth: TOKEN,
  not_authed: TOKEN,
  token_revoked: TOKEN,
  token_expired: TOKEN,
  account_inactive: TOKEN,
  missing_scope:
    'The Slack app lacks a scope. It needs chat:write and im:write; reinstall it after adding them.',
  user_not_found: MEMBER,
  users_not_found: MEMBER,
  user_disabled: MEMBER,
  channel_not_found: MEMBER,
  user_not_visible: MEMBER,
  cannot_dm_bot: 'This Slack member ID belongs to a bot. Use the one of a person.',
  is_archived: 'The Slack conversation is archived.',
}

function refusalOf(error: string): Exclude<SendOutcome, { outcome: 'sent' }> {
  const word = error.replace(/[^\w.-]/g, '').slice(0, 60)
  if (AGAIN.has(word)) return { outcome: 'retry', reason: `Slack could not do it now (${word}).` }
  return { outcome: 'failed', reason: reasons[word] ?? `Slack refused the message (${word}).` }
}
