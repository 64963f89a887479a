import { GATHER_SECONDS } from '../../server/src/notifications/window.ts'
import type { Figures } from '../stage/figures.ts'
import { barsInWords, markdownTable } from '../stage/table.ts'
import type { PagingResult } from './run.ts'

/** Milliseconds, from trigger to hand-over, at rest. */
const HAND_OVER_BAR = 250

const HEADINGS = ['what', 'p50 ms', 'p99 ms', 'worst ms', 'bars']

/** The table and what one has to know with it, as Markdown. */
export function pagingReport({
  atRest,
  crowd,
  plan,
}: Pick<PagingResult, 'atRest' | 'crowd' | 'plan'>): string {
  const isMet = atRest.handedOver.worst < HAND_OVER_BAR
  const bar = barsInWords([{ bar: `worst < ${HAND_OVER_BAR}`, isMet }])
  const line = (what: string, { p50, p99, worst }: Figures, bars = '') => [
    ...[what, p50.toFixed(1), p99.toFixed(1), worst.toFixed(0), bars],
  ]
  return [
    markdownTable(HEADINGS, [
      line('at rest: from the alert to its 202', atRest.answered),
      line('at rest: from the alert to the mail server', atRest.handedOver, bar),
      line(`${crowd.incidents} at once: to the first mail of each person`, crowd.first),
      line(`${crowd.incidents} at once: to the second mail, beyond ${GATHER_SECONDS} s`, crowd.gathered),
    ]),
    '',
    `- At rest: ${plan.samples} alerts, one after the other, each about somebody else`,
    `- At once: ${crowd.incidents} incidents of ${crowd.people} people went out as ${crowd.mails} mails`,
  ].join('\n')
}
