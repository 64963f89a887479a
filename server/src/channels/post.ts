import type { Severity } from '#contract/common.ts'
import type { Message, PagedIncident } from './types.ts'
import { bodyOf, cut, momentIn, oneLine, severityWord, subjectOf } from './words.ts'

/** A message as any chat can say it. All of it is plain text: whoever sends it escapes what their markup would read as more. */
export type Post = {
  /** The whole in one line, as a phone shows it while it is locked. */
  summary: string
  items: PostItem[]
  /** How many incidents there are beside the items. */
  more: number
  /** Sentences, one paragraph each. */
  paragraphs: string[]
  links: PostLink[]
}
export type PostItem = { severity: Severity; label: string; url: string; detail: string }
export type PostLink = { label: string; url: string }

type Page = Extract<Message, { kind: 'page' }>

/** More are a wall of text that nobody reads at night; the link leads to all of them. */
const ITEMS_MAX = 10
const LINE_MAX = 300
const TITLE_MAX = 200
const NAME_MAX = 80
const TEXT_MAX = 1_500

export const severityMarks = {
  critical: '🔴',
  error: '🟠',
  warning: '🟡',
  info: '🔵',
} as const satisfies Record<Severity, string>

export function postOf(message: Message): Post {
  const summary = cut(oneLine(subjectOf(message)), LINE_MAX)
  if (message.kind === 'page') return { summary, ...pageOf(message) }
  return {
    summary,
    items: [],
    more: 0,
    paragraphs: [cut(oneLine(bodyOf(message)), TEXT_MAX)],
    links: [linkOf(message)],
  }
}

function pageOf({ incidents, person, allUrl }: Page): Omit<Post, 'summary'> {
  const [first] = incidents
  const items = incidents.slice(0, ITEMS_MAX).map((incident) => itemOf(incident, person))
  const isSingle = incidents.length === 1 && first
  return {
    items,
    more: incidents.length - items.length,
    paragraphs: [],
    links: [
      isSingle
        ? { label: 'Open the incident', url: first.url }
        : { label: 'All open incidents', url: allUrl },
    ],
  }
}

function itemOf(incident: PagedIncident, person: Page['person']): PostItem {
  const { number, title, severity, serviceName, source, openedAt, url } = incident
  const about = [serviceName, ...(source ? [source] : [])].map((name) => cut(oneLine(name), NAME_MAX))
  return {
    severity,
    label: `#${number} ${cut(oneLine(title), TITLE_MAX)}`,
    url,
    detail: [severityWord(incident), ...about, `since ${momentIn(openedAt, person)}`].join(' · '),
  }
}

function linkOf(message: Exclude<Message, Page>): PostLink {
  switch (message.kind) {
    case 'code':
      return { label: 'Confirm', url: message.confirmUrl }
    case 'test':
      return { label: 'My contact methods', url: message.settingsUrl }
    case 'invitation':
      return { label: 'Accept the invitation', url: message.url }
    case 'notice':
      return { label: 'Open OpsKnight', url: message.url }
  }
}

/** What stands below the items. */
export const paragraphsOf = ({ more, paragraphs }: Post): string[] =>
  more > 0 ? [`… and ${more} more.`, ...paragraphs] : paragraphs

/** The text of a post for a medium that takes only so much: incidents at the end are counted instead of named. */
export function fittedText(
  post: Post,
  write: (post: Post) => string,
  fits: (text: string) => boolean,
): string {
  const text = write(post)
  if (fits(text) || post.items.length === 0) return text
  return fittedText({ ...post, items: post.items.slice(0, -1), more: post.more + 1 }, write, fits)
}
