import type { Message, PagedIncident } from '../types.ts'
import { bodyOf, incidentLine, oneLine, subjectOf } from '../words.ts'
import { cutTo, inPlainLetters, lengthOf } from './gsm.ts'

export const SMS_MAX = 320

/** How the person can answer: by SMS, or by the link where nothing comes back. */
export type AnswerBy = 'reply' | 'link'

/** What an SMS says, within 320 characters: what is cut is the title, never how to answer. */
export function textOf(message: Message, answerBy: AnswerBy): string {
  if (message.kind !== 'page') return short(otherText(message), urlOf(message))
  const how = answerBy === 'reply' ? howToReply(message.incidents) : message.replies.acknowledgeUrl
  return short(`${subjects(message.incidents)}`, how)
}

function subjects(incidents: PagedIncident[]): string {
  const [only] = incidents
  if (only && incidents.length === 1) return incidentLine(only)
  const each = Math.floor(220 / Math.min(incidents.length, 4))
  const listed = incidents.slice(0, 4).map((incident) => cutTo(inPlainLetters(incidentLine(incident)), each))
  const more = incidents.length - listed.length
  return `${incidents.length} incidents:\n${[...listed, ...(more > 0 ? [`and ${more} more`] : [])].join('\n')}`
}

function howToReply(incidents: PagedIncident[]): string {
  const [only] = incidents
  if (only && incidents.length === 1) return `Reply ACK ${only.number} or RESOLVE ${only.number}`
  return 'Reply ACK ALL, ACK and a number, or RESOLVE and a number'
}

function otherText(message: Exclude<Message, { kind: 'page' }>): string {
  switch (message.kind) {
    case 'code':
      return `${message.code} is your OpsKnight code. It is valid for 10 minutes.`
    case 'test':
      return `OpsKnight test page for ${oneLine(message.person.name)}: pages reach you here. Nothing is wrong.`
    case 'invitation':
      return subjectOf(message)
    case 'notice':
      return `${oneLine(message.title)}: ${oneLine(bodyOf(message))}`
  }
}

const urlOf = (message: Exclude<Message, { kind: 'page' }>): string =>
  message.kind === 'invitation' || message.kind === 'notice' ? message.url : ''

function short(text: string, end: string): string {
  const plain = inPlainLetters(text)
  if (end === '') return cutTo(plain, SMS_MAX)
  const cut = cutTo(plain, roomBefore(plain, end))
  return `${cut}\n${end}`
}

/** A character outside of GSM's makes the end count differently too. */
const roomBefore = (text: string, end: string) => SMS_MAX - (lengthOf(`${text}\n${end}`) - lengthOf(text))
