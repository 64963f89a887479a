import type { Message, PagedIncident } from '../types.ts'
import { bodyOf, momentIn, oneLine, severityWord, subjectOf } from '../words.ts'
import { type Block, htmlOf } from './html.ts'

/** A mail as it is written, before it has an address. */
export type Letter = { subject: string; text: string; html: string; urgency: 'high' | 'normal' }

type Page = Extract<Message, { kind: 'page' }>

export function letterOf(message: Message): Letter {
  const subject = subjectOf(message)
  const blocks = message.kind === 'page' ? pageBlocks(message) : otherBlocks(message)
  const isUrgent = message.kind === 'page' && message.incidents.some(({ urgency }) => urgency === 'high')
  return {
    subject,
    text: textOf(blocks),
    html: htmlOf(subject, blocks),
    urgency: isUrgent ? 'high' : 'normal',
  }
}

function pageBlocks(message: Page): Block[] {
  const { incidents, replies, allUrl, person } = message
  const several = incidents.length > 1
  return [
    {
      kind: 'text',
      text: several
        ? `${incidents.length} incidents need you, ${person.name}.`
        : `An incident needs you, ${person.name}.`,
    },
    ...incidents.map((incident): Block => ({ kind: 'incident', ...incidentBlock(incident, person) })),
    {
      kind: 'button',
      label: several ? 'Acknowledge all' : 'Acknowledge',
      url: replies.acknowledgeUrl,
      isMain: true,
    },
    { kind: 'button', label: several ? 'Resolve all' : 'Resolve', url: replies.resolveUrl, isMain: false },
    { kind: 'link', label: 'Everything that is open', url: allUrl },
    {
      kind: 'small',
      text: 'The buttons are yours: whoever has this mail can answer in your name, so do not pass it on.',
    },
  ]
}

function incidentBlock(incident: PagedIncident, person: Page['person']) {
  const facts = [
    severityWord(incident),
    `${incident.urgency} urgency`,
    incident.serviceName,
    ...(incident.source ? [`from ${oneLine(incident.source)}`] : []),
  ]
  return {
    title: `#${incident.number} ${oneLine(incident.title)}`,
    facts: facts.join(' · '),
    since: `Open since ${momentIn(incident.openedAt, person)}`,
    url: incident.url,
    severity: incident.severity,
  }
}

function otherBlocks(message: Exclude<Message, Page>): Block[] {
  const text: Block = { kind: 'text', text: bodyOf(message) }
  switch (message.kind) {
    case 'code':
      return [{ kind: 'code', code: message.code }, text, button('Confirm this address', message.confirmUrl)]
    case 'test':
      return [text, button('Contact methods', message.settingsUrl)]
    case 'invitation':
      return [text, button('Choose a password', message.url)]
    case 'notice':
      return [text, button('Open', message.url)]
  }
}

const button = (label: string, url: string): Block => ({ kind: 'button', label, url, isMain: true })

const textOf = (blocks: Block[]): string => `${blocks.map(partOf).join('\n\n')}\n`

function partOf(block: Block): string {
  switch (block.kind) {
    case 'text':
    case 'small':
      return block.text
    case 'code':
      return block.code
    case 'incident':
      return [block.title, block.facts, block.since, block.url].join('\n')
    case 'button':
    case 'link':
      return `${block.label}:\n${block.url}`
  }
}
