import type { Message, PagedIncident } from '../types.ts'
import { bodyOf, cut, oneLine } from '../words.ts'

const TITLE_MAX = 200
const LISTED_MAX = 5
/** https://www.twilio.com/docs/voice/api/call-resource: TwiML given with a call may have 4,000 characters. */
const TWIML_MAX = 4_000
const LANGUAGE = { language: 'en-US' } as const
const KEY_WITHIN_SECONDS = 8

/** What a call says, as TwiML. `keysUrl` is where a pressed key goes; without it the call only speaks. */
export async function spokenPage(message: Message, keysUrl: string | null): Promise<string> {
  const { default: VoiceResponse } = await import('twilio/lib/twiml/VoiceResponse.js')
  const response = new VoiceResponse()
  const text = fitted(speakable(textOf(message)))
  response.pause({ length: 1 })
  if (!keysUrl) {
    response.say(LANGUAGE, text)
    response.say(LANGUAGE, `Again: ${text}`)
    return response.toString()
  }
  const gather = response.gather({
    numDigits: 1,
    action: keysUrl,
    method: 'POST',
    timeout: KEY_WITHIN_SECONDS,
  })
  gather.say(LANGUAGE, `${text} ${KEYS}`)
  gather.pause({ length: 3 })
  gather.say(LANGUAGE, `Again: ${text} ${KEYS}`)
  response.say(LANGUAGE, 'No key was pressed. The incident is still open. Goodbye.')
  return response.toString()
}

/** Marks that nobody speaks, and that take five characters each in TwiML. */
const speakable = (text: string) => oneLine(text.replaceAll('&', ' and ').replace(/[<>"'`]/g, ' '))

/** Said twice, beside what is always said; an emoji counts as two. */
const fitted = (text: string): string => {
  const maximum = Math.floor(TWIML_MAX / 3)
  return text.length <= maximum ? text : `${text.slice(0, maximum - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

const KEYS = 'Press 4 to acknowledge. Press 6 to resolve.'

function textOf(message: Message): string {
  switch (message.kind) {
    case 'page':
      return pageText(message.incidents)
    case 'code':
      return `Hello. Your OpsKnight code is ${message.code.split('').join(', ')}.`
    case 'invitation':
      return 'You are invited to OpsKnight.'
    case 'test':
    case 'notice':
      return oneLine(bodyOf(message))
  }
}

function pageText(incidents: PagedIncident[]): string {
  const [only] = incidents
  if (only && incidents.length === 1) return `This is OpsKnight. ${spoken(only)}`
  const listed = incidents.slice(0, LISTED_MAX).map(spoken)
  const more = incidents.length - listed.length
  return `This is OpsKnight. ${incidents.length} incidents need you. ${listed.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`
}

const spoken = ({ number, severity, serviceName, title }: PagedIncident) =>
  `Incident ${number}, ${severity}, on ${oneLine(serviceName)}: ${cut(oneLine(title), TITLE_MAX)}.`
