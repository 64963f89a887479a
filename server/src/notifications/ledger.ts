import type { IncidentView, TimelineEntry } from '#contract/incidents.ts'
import type { PageView } from '#contract/pages.ts'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { listTimeline } from '../incidents/queries.ts'
import { readIncident } from '../incidents/routes.ts'
import { toEntry } from '../incidents/views.ts'
import type { Principal } from '../platform/principal.ts'
import { plain, table } from './markdown.ts'
import { listPagesOfIncident } from './queries.ts'
import { toPageView } from './views.ts'

const ENTRIES_AT_ONCE = 500

/** Who was paged about an incident, how and when, what came back, who was not and why, what is next: as one document. */
export async function readLedger(
  deps: Deps,
  principal: Principal,
  idOrNumber: string,
): Promise<{ number: number; text: string }> {
  const incident = await readIncident(deps, idOrNumber)
  const pages = (await listPagesOfIncident(deps.db, incident.id)).map(toPageView(principal))
  const timeline = await readTimeline(deps, incident.id)
  const url = `${publicUrlOf(deps.config)}/incidents/${incident.number}`
  return {
    number: incident.number,
    text: ledgerOf({ incident, pages, timeline, url, now: deps.clock.now() }),
  }
}

async function readTimeline({ db }: Deps, incidentId: string): Promise<TimelineEntry[]> {
  const newestFirst: TimelineEntry[] = []
  for (let cursor: string | undefined; ; cursor = newestFirst.at(-1)?.id) {
    const rows = await listTimeline(db, incidentId, { limit: ENTRIES_AT_ONCE, cursor })
    newestFirst.push(...rows.slice(0, ENTRIES_AT_ONCE).map(toEntry))
    if (rows.length <= ENTRIES_AT_ONCE) return newestFirst.reverse()
  }
}

type Ledger = {
  incident: IncidentView
  pages: readonly PageView[]
  /** The oldest first. */
  timeline: readonly TimelineEntry[]
  url: string
  now: Date
}

const TRIED = ['due', 'sending', 'sent', 'delivered', 'seen', 'failed']

/** Pure, as everything in it was read before. */
export function ledgerOf({ incident, pages, timeline, url, now }: Ledger): string {
  const tried = pages.filter(({ status }) => TRIED.includes(status))
  const untried = pages.filter(({ status }) => !TRIED.includes(status))
  return [
    `# Incident ${incident.number}: ${plain(incident.title)}`,
    firstLine(incident, tried),
    factsOf(incident, url, now),
    '## Who was paged',
    tried.length > 0 ? table(PAGE_HEADINGS, tried.map(pageRow)) : 'Nobody.',
    '## Who was not paged, and why',
    untried.length > 0 ? untried.map(untriedLine).join('\n') : 'Nobody was left out.',
    '## What happens next',
    nextOf(incident, pages),
    '## Timeline',
    table(['time', 'what', 'by', ''], timeline.map(entryRow)),
    '',
  ].join('\n\n')
}

/** Whoever opens this wants to know whether anybody has been reached, and if not, why. */
function firstLine({ paging }: IncidentView, tried: readonly PageView[]): string {
  const reached = new Set(tried.filter(({ sentAt }) => sentAt !== null).map(({ userName }) => userName))
  const problem = paging.problem ? ` ${plain(paging.problem)}` : ''
  if (reached.size > 0) return `Paged: ${plain([...reached].join(', '))}.${problem}`
  const pending = tried.some(({ status }) => status === 'due' || status === 'sending')
  return pending ? `**Nobody has been paged yet.**${problem}` : `**Nobody was paged.**${problem}`
}

function factsOf(incident: IncidentView, url: string, now: Date): string {
  const { status, severity, urgency, serviceName, createdAt, acknowledgedAt, resolvedAt } = incident
  const by = (at: string | null, actor: { name: string } | null) =>
    at ? `${at}${actor ? `, by ${plain(actor.name)}` : ''}` : '–'
  return table(
    ['', ''],
    [
      ['Status', status],
      ['Severity, urgency', `${severity}, ${urgency}`],
      ['Service', plain(serviceName)],
      ['Source', plain(incident.source ?? '–')],
      ['Opened', createdAt],
      ['Acknowledged', by(acknowledgedAt, incident.acknowledgedBy)],
      ['Resolved', by(resolvedAt, incident.resolvedBy)],
      ['Page', `<${url}>`],
      ['As of', now.toISOString()],
    ],
  )
}

const PAGE_HEADINGS = ['due', 'who', 'by', 'why', 'what became of it', 'sent', 'delivered', 'seen', 'answer']

const pageRow = (page: PageView): string[] => [
  page.dueAt,
  plain(page.userName),
  wayOf(page),
  whyOf(page),
  `${page.status}${page.attempts > 1 ? `, ${page.attempts} attempts` : ''}${page.reason ? `: ${plain(page.reason)}` : ''}`,
  page.sentAt ?? '–',
  page.deliveredAt ?? '–',
  page.seenAt ?? '–',
  page.answer ? `${plain(page.answer.action)}, ${plain(page.answer.at)}` : '–',
]

const wayOf = ({ channel, address }: PageView) => `${channel ?? '–'}${address ? ` ${plain(address)}` : ''}`

const causes = {
  escalation: 'policy',
  worse: 'it got worse',
  fallback: 'end of the policy',
  administrators: 'as an administrator',
  test: 'a test',
} as const satisfies Record<PageView['cause'], string>

const whyOf = ({ cause, step, cycle }: PageView) =>
  step === null ? causes[cause] : `${causes[cause]}, step ${step}${cycle ? `, repeat ${cycle}` : ''}`

const untriedLine = (page: PageView) =>
  `- ${plain(page.userName)}${page.channel ? `, ${wayOf(page)}` : ''}, ${page.dueAt}: ${page.status}. ${plain(page.reason ?? '')}`

function nextOf({ status, paging }: IncidentView, pages: readonly PageView[]): string {
  const waiting = pages
    .filter(({ status }) => status === 'due' || status === 'sending')
    .map((page) => `- ${page.dueAt}: ${plain(page.userName)} is paged by ${wayOf(page)}`)
  const next = paging.next
    ? [
        `- ${paging.next.at}: ${plain(paging.next.who)}${paging.next.step === null ? '' : `, step ${paging.next.step} of ${paging.next.of}`}, unless somebody acknowledges before`,
      ]
    : []
  const all = [...waiting, ...next]
  return all.length > 0 ? all.join('\n') : `Nothing: the incident is ${status}.`
}

const entryRow = ({ at, kind, actor, text, data }: TimelineEntry): string[] => [
  at,
  kind.replaceAll('_', ' '),
  plain(actor.name),
  plain([text, wordsOf(data)].filter(Boolean).join(' ')),
]

/** The values that changed, as far as they are words; ids are of no use to a reader. */
function wordsOf(data: TimelineEntry['data']): string {
  return Object.entries(data)
    .filter(([name, value]) => !/id$/i.test(name) && ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ')
}
