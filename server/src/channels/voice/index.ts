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
import { spokenPage } from './spoken.ts'

/** Where Twilio hands over the key that was pressed; the page's token follows. */
export const VOICE_KEY_PATH = '/api/replies/twilio/voice'
/** Where Twilio tells what became of a call. */
export const VOICE_STATUS_PATH = '/api/replies/twilio/call-status'

export const voice = defineChannel<TwilioAccount>({
  id: 'voice',
  name: 'Phone call',
  description:
    'A call that says what is wrong and takes a key: 4 to acknowledge, 6 to resolve. Through Twilio.',
  settingsFields: accountFields('Number that calls'),
  environment: TWILIO_ENVIRONMENT,
  sharesSettingsOf: 'sms',
  sentTo: { apiUrl: ['authToken'] },
  readSettings(values) {
    const read = readAccount(values)
    if (!read || 'problem' in read) return read
    if (!/^\+?\d[\d ]*$/.test(read.account.from))
      return {
        problem: 'Calls need a phone number of Twilio as their sender, not a name or a messaging service',
      }
    return { settings: read.account }
  },
  ...byPhoneNumber,
  replies: true,
  send,
  prepare: loadTwilio,
})

const RING_SECONDS = 45

async function send(message: Message, to: string, context: SendContext<TwilioAccount>): Promise<SendOutcome> {
  const { settings, publicUrl } = context
  const keys =
    message.kind === 'page' ? callbackUrl(publicUrl, `${VOICE_KEY_PATH}/${message.replies.token}`) : null
  const status = callbackUrl(publicUrl, VOICE_STATUS_PATH)
  const twiml = await spokenPage(message, keys)
  return callTwilio(settings, context, (client) =>
    client.calls.create({
      to,
      from: settings.from,
      twiml,
      timeout: RING_SECONDS,
      ...(status ? { statusCallback: status } : {}),
    }),
  )
}
