import type { FastifyReply } from 'fastify'
import { SMS_STATUS_PATH } from '../../channels/sms/index.ts'
import { VOICE_KEY_PATH, VOICE_STATUS_PATH } from '../../channels/voice/index.ts'
import { noteReceipt } from '../../notifications/receipts.ts'
import type { ReplyRoutes } from '../provider.ts'
import { answerSms } from '../sms.ts'
import { callReceipt, smsReceipt } from './receipts.ts'
import { demandSignature } from './signature.ts'
import { answerKey } from './voice.ts'

const HIDDEN = { schema: { hide: true } }
/** What is entered in Twilio's console for incoming messages. */
const SMS_PATH = '/api/replies/twilio/sms'

/** What Twilio hands over: SMS that came back, keys that were pressed, and what became of messages and calls. */
export const twilioRoutes: ReplyRoutes = (scope, deps, pageIdOf) => {
  scope.post(SMS_PATH, HIDDEN, async (request, reply) => {
    const form = await demandSignature(deps, request, 'sms')
    const said = await answerSms(deps, { from: form.get('From') ?? '', text: form.get('Body') ?? '' })
    const { default: MessagingResponse } = await import('twilio/lib/twiml/MessagingResponse.js')
    const response = new MessagingResponse()
    if (said !== null) response.message(said)
    return twiml(reply, response.toString())
  })

  scope.post<{ Params: { token: string } }>(`${VOICE_KEY_PATH}/:token`, HIDDEN, async (request, reply) => {
    const form = await demandSignature(deps, request, 'voice')
    const pageId = pageIdOf(request, request.params.token)
    return twiml(reply, await answerKey(deps, pageId, form.get('Digits') ?? ''))
  })

  scope.post(SMS_STATUS_PATH, HIDDEN, async (request, reply) => {
    const receipt = smsReceipt(await demandSignature(deps, request, 'sms'))
    if (receipt) await noteReceipt(deps, receipt)
    return reply.code(204).send()
  })

  scope.post(VOICE_STATUS_PATH, HIDDEN, async (request, reply) => {
    const receipt = callReceipt(await demandSignature(deps, request, 'voice'))
    if (receipt) await noteReceipt(deps, receipt)
    return reply.code(204).send()
  })
}

const twiml = (reply: FastifyReply, text: string) => reply.type('text/xml; charset=utf-8').send(text)
