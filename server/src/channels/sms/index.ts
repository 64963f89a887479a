import type { ChannelField } from '#contract/channels.ts'
import { byPhoneNumber } from '../phone.ts'
import {
  accountFields,
  callbackUrl,
  callTwilio,
  loadTwilio,
  readAccount,
  TWILIO_ENVIRONMENT,
  type TwilioAccount,
} from '../twilio.ts'
import { defineChannel, type Message, type SendContext, type SendOutcome } from '../types.ts'
import { type Gateway, readGateway, sendOverGateway } from './gateway.ts'
import { type AnswerBy, textOf } from './text.ts'

export type SmsSettings = { by: Gateway | TwilioAccount; answerBy: AnswerBy }

/** Where Twilio tells what became of an SMS. */
export const SMS_STATUS_PATH = '/api/replies/twilio/sms/status'

export const sms = defineChannel<SmsSettings>({
  id: 'sms',
  name: 'SMS',
  description:
    'A short message, answered by ACK or RESOLVE. Through Twilio, or any gateway with an HTTP API.',
  settingsFields: [...accountFields('Sender of SMS'), ...gatewayFields()],
  environment: {
    ...TWILIO_ENVIRONMENT,
    SMS_GATEWAY_URL: 'gatewayUrl',
    SMS_GATEWAY_METHOD: 'gatewayMethod',
    SMS_GATEWAY_HEADERS: 'gatewayHeaders',
    SMS_GATEWAY_BODY: 'gatewayBody',
    SMS_GATEWAY_SUCCESS: 'gatewaySuccess',
    SMS_GATEWAY_REPLY_SECRET: 'gatewayReplySecret',
  },
  sentTo: { apiUrl: ['authToken'], gatewayUrl: ['gatewayHeaders'] },
  readSettings(values) {
    const gateway = readGateway(values)
    if (gateway && 'problem' in gateway) return gateway
    if (gateway)
      return { settings: { by: gateway.gateway, answerBy: values.gatewayReplySecret ? 'reply' : 'link' } }
    const twilio = readAccount(values)
    if (!twilio || 'problem' in twilio) return twilio
    return {
      settings: { by: twilio.account, answerBy: canBeAnswered(twilio.account.from) ? 'reply' : 'link' },
    }
  },
  ...byPhoneNumber,
  replies: true,
  send,
  prepare: ({ by }) => ('accountSid' in by ? loadTwilio() : undefined),
})

function gatewayFields(): ChannelField[] {
  const field = { required: false, placeholder: '' }
  return [
    {
      ...field,
      kind: 'secret',
      name: 'gatewayUrl',
      label: 'SMS gateway: address',
      help: 'The HTTP API of a gateway that sends SMS instead of Twilio; `{{to}}`, `{{text}}` and `{{key}}` are filled in, also in headers and body.',
      placeholder: 'https://sms.example.com/send',
    },
    {
      ...field,
      kind: 'choice',
      name: 'gatewayMethod',
      label: 'SMS gateway: method',
      help: 'How the gateway is called: `POST` (unless set), `PUT` or `GET`.',
      options: ['POST', 'PUT', 'GET'],
    },
    {
      ...field,
      kind: 'secret',
      name: 'gatewayHeaders',
      label: 'SMS gateway: headers',
      help: 'Headers for the gateway, one on each line (in the environment `\\n` may stand for the end of a line), e.g. `Authorization: Bearer …`.',
      placeholder: 'Authorization: Bearer …',
    },
    {
      ...field,
      kind: 'template',
      name: 'gatewayBody',
      label: 'SMS gateway: body',
      help: 'The body for the gateway, as JSON, XML or a form. Unset: JSON with `to`, `text` and `key`.',
      placeholder: '{"to": "{{to}}", "text": "{{text}}"}',
    },
    {
      ...field,
      kind: 'text',
      name: 'gatewaySuccess',
      label: 'SMS gateway: success',
      help: 'A text that the gateway’s answer contains when it took the SMS. Unset: every 2xx answer is a success.',
    },
    {
      ...field,
      kind: 'secret',
      name: 'gatewayReplySecret',
      label: 'SMS gateway: secret of replies',
      help: 'With it the gateway hands over SMS that came back, to `/api/replies/sms-gateway`. Unset: an SMS has a link instead of words to reply.',
    },
  ]
}

/** A name cannot be replied to. */
const canBeAnswered = (from: string) => /^(\+?\d[\d ]*|MG\w+)$/.test(from)

async function send(message: Message, to: string, context: SendContext<SmsSettings>): Promise<SendOutcome> {
  const { by, answerBy } = context.settings
  const text = textOf(message, answerBy)
  if (!('accountSid' in by)) return sendOverGateway(by, { to, text, message }, context)
  const status = callbackUrl(context.publicUrl, SMS_STATUS_PATH)
  return callTwilio(by, context, (client) =>
    client.messages.create({
      to,
      ...(by.from.startsWith('MG') ? { messagingServiceSid: by.from } : { from: by.from }),
      body: text,
      ...(status ? { statusCallback: status } : {}),
    }),
  )
}
