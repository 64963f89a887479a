import type { ReplyAction } from '#contract/replies.ts'
import type { Deps } from '../../deps.ts'
import { answerInWords } from '../say.ts'

const KEYS = new Map<string, ReplyAction>([
  ['4', 'acknowledge'],
  ['6', 'resolve'],
])
const LANGUAGE = { language: 'en-US' } as const
const KEY_WITHIN_SECONDS = 8

/** Does what a pressed key asks for, and says what came of it; another key gets the question again. */
export async function answerKey(deps: Deps, pageId: string, digits: string): Promise<string> {
  const { default: VoiceResponse } = await import('twilio/lib/twiml/VoiceResponse.js')
  const response = new VoiceResponse()
  const action = KEYS.get(digits)
  if (!action) {
    // Without an address the key goes to this one again.
    const gather = response.gather({ numDigits: 1, method: 'POST', timeout: KEY_WITHIN_SECONDS })
    gather.say(LANGUAGE, 'Press 4 to acknowledge. Press 6 to resolve.')
    response.say(LANGUAGE, 'No key was pressed. The incident is still open. Goodbye.')
    return response.toString()
  }
  response.say(LANGUAGE, `${spoken(await answerInWords(deps, { pageId, action }))} Goodbye.`)
  response.hangup()
  return response.toString()
}

const spoken = (text: string) => text.replaceAll('#', 'Incident ')
