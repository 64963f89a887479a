import type { PageView } from '#contract/pages.ts'

/** Why somebody was paged: `step 2, third time`, `it got worse`. */
export function causeWords({ cause, step, cycle }: Pick<PageView, 'cause' | 'step' | 'cycle'>): string {
  switch (cause) {
    case 'escalation':
      return [step === null ? 'The escalation policy' : `Step ${step}`, cycleWords(cycle)]
        .filter(Boolean)
        .join(', ')
    case 'worse':
      return 'It got worse'
    case 'fallback':
      return 'The policy ended without an answer'
    case 'administrators':
      return 'Nobody else could be reached'
    case 'test':
      return 'Test page'
  }
}

/** Of a policy that begins again: `second time`; nothing of its first time. */
function cycleWords(cycle: number | null): string {
  if (!cycle) return ''
  return `${ordinals[cycle] ?? `${cycle + 1}th`} time`
}

const ordinals = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
]

/** What came back: `Answered: acknowledged`. */
export const answerWords = ({ action }: { action: string }): string => {
  const deed = deeds[action as keyof typeof deeds] ?? action
  return `Answered: ${deed}`
}

const deeds = { acknowledge: 'acknowledged', resolve: 'resolved' } as const
