import type { PageView } from '#contract/pages.ts'
import { causeWords } from '../../../notifications/page-words.ts'

/** What one person was sent at one step. */
export type LedgerPerson = { userId: string; userName: string; pages: PageView[] }

/** One step of an escalation, with everybody whom it paged or could not page. */
export type LedgerStep = { title: string; at: string; people: LedgerPerson[] }

/** Who was paged, step by step, the newest step first. */
export function ledgerSteps(pages: readonly PageView[]): LedgerStep[] {
  const inOrder = pages.toSorted((one, other) => Date.parse(one.dueAt) - Date.parse(other.dueAt))
  const steps = Map.groupBy(inOrder, ({ cause, step, cycle }) => `${cause} ${step} ${cycle}`)
  return [...steps.values()].map(stepOf).reverse()
}

function stepOf(pages: PageView[]): LedgerStep {
  const [first] = pages
  const people = [...Map.groupBy(pages, ({ userId }) => userId).entries()]
  return {
    title: causeWords(first!),
    at: first!.dueAt,
    people: people.map(([userId, own]) => ({ userId, userName: own[0]!.userName, pages: own })),
  }
}

/** Whether a page has left for somebody. */
const wentOut = ({ status }: PageView) => status === 'sent' || status === 'delivered' || status === 'seen'

/** What the ledger comes to, in one line; null while nothing has been tried. */
export function ledgerHeadline(pages: readonly PageView[]): { text: string; isLoud: boolean } | null {
  const answer = pages.find((page) => page.answer)
  if (answer) return { text: `${answer.userName} answered.`, isLoud: false }
  const reached = [...new Set(pages.filter(wentOut).map(({ userName }) => userName))]
  if (reached.length > 0)
    return { text: `${listed(reached)} ${reached.length === 1 ? 'was' : 'were'} paged.`, isLoud: false }
  if (pages.length === 0 || pages.some(isUnderWay)) return null
  const why = pages.find(({ reason }) => reason)?.reason
  return { text: why ? `Nobody was paged. ${why}` : 'Nobody was paged.', isLoud: true }
}

const isUnderWay = ({ status }: PageView) => status === 'due' || status === 'sending'

const listed = (names: string[]) => new Intl.ListFormat('en').format(names)
