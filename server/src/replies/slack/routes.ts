import type { FastifyRequest } from 'fastify'
import { callSlack } from '../../channels/slack/api.ts'
import type { SlackSettings } from '../../channels/slack/settings.ts'
import type { Deps } from '../../deps.ts'
import { type Line, lineTo } from '../../messaging/send.ts'
import { readReplyToken } from '../../notifications/reply-tokens.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { answerPage } from '../act.ts'
import { afterwards } from '../afterwards.ts'
import { type ReplyRoutes, rawOf } from '../provider.ts'
import { isFromPerson } from '../sender.ts'
import { sentencesOf } from '../words.ts'
import { answeredMessage } from './answered.ts'
import { type Press, readPress } from './interaction.ts'
import { isFromSlack } from './signature.ts'

/** What is entered in Slack as the request URL of the app's interactivity. */
const PATH = '/api/replies/slack'

/** Buttons in Slack. Whatever else the app is told of is taken and changes nothing. */
export const slackRoutes: ReplyRoutes = (scope, deps) => {
  const later = afterwards(scope, deps)
  scope.post(PATH, { schema: { hide: true } }, async (request, reply) => {
    const slack = await demandSlack(deps, request)
    const press = readPress(rawOf(request.body))
    if (press) {
      const { method, body } = await answer(deps, press)
      later(() => callSlack(slack, method, body))
    }
    return reply.code(200).send()
  })
}

async function demandSlack(deps: Deps, { headers, body }: FastifyRequest): Promise<Line<SlackSettings>> {
  const slack = await lineTo<SlackSettings>(deps, 'slack')
  if (!slack) throw notFound('Slack app')
  if (headers['x-slack-signature'] === undefined)
    throw new AppError('signature_missing', 'The request is not signed by Slack.')
  if (isFromSlack({ headers, raw: rawOf(body) }, slack.settings.signingSecret, deps.clock.now())) return slack
  throw new AppError(
    'signature_invalid',
    'The signature does not fit or is older than five minutes. Compare the signing secret, and the clock of this server.',
  )
}

type Shown = { method: 'chat.update' | 'chat.postEphemeral'; body: Record<string, unknown> }

/** Answers the page in the name of the member who pressed, and says what is shown for it. */
async function answer(deps: Deps, press: Press): Promise<Shown> {
  const pageId = readReplyToken(deps.secrets, press.token)?.pageId
  const isTheirs =
    pageId && (await isFromPerson(deps.db, { pageId, channel: 'slack', address: press.member }))
  if (!isTheirs) {
    deps.log.warn({ channel: 'slack' }, 'reply.refused')
    return whisper(press, NOT_YOURS)
  }
  try {
    const answered = await answerPage(deps, { pageId, action: press.action })
    return { method: 'chat.update', body: answeredMessage(press, sentencesOf(answered)) }
  } catch (error) {
    if (error instanceof AppError) return whisper(press, error.message)
    throw error
  }
}

const NOT_YOURS =
  'This page went to somebody else, or your Slack member ID is no longer verified in OpsKnight. Nothing was changed.'

const whisper = ({ message, member }: Press, text: string): Shown => ({
  method: 'chat.postEphemeral',
  body: { channel: message.channel, user: member, text },
})
