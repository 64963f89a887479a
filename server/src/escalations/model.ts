import { CYCLE_MIN_MINUTES, type EscalationStep } from '#contract/escalation-policies.ts'
import { addMinutes } from '../platform/clock.ts'

/** How far an incident has come on its policy. */
export type Run = {
  /** The step that comes next, from 0; as many as the policy has: all of them have run. */
  step: number
  /** How often the policy has run before. */
  cycle: number
  cycleStartedAt: Date
  dueAt: Date
  /** Whom this cycle has paged. */
  reached: string[]
  /** When anybody was paged last; null: nobody yet. */
  reachedAt: Date | null
}

export type Plan = { repeat: number; steps: readonly Pick<EscalationStep, 'waitMinutes'>[] }

export type Turn = { do: 'wait' } | { do: 'page'; step: number } | { do: 'end' }

/** A run from its beginning: the first wait counts from when the incident opened. */
export const begin = (openedAt: Date, plan: Plan): Run => ({
  step: 0,
  cycle: 0,
  cycleStartedAt: openedAt,
  dueAt: addMinutes(openedAt, waitOf(plan, 0)),
  reached: [],
  reachedAt: null,
})

/** What is to be done now. */
export function nextTurn({ step, dueAt }: Run, { steps }: Plan, now: Date): Turn {
  if (dueAt > now) return { do: 'wait' }
  return step < steps.length ? { do: 'page', step } : { do: 'end' }
}

/** What came of a step: whom it paged, and whether its people had been paged in this cycle already. */
export type StepResult = { paged: readonly string[]; wasPaged: boolean }

/**
 * The run after a step. Waits count from now: what is late, because nothing ran for a while, moves all that follows. A step that
 * reaches nobody is not waited for.
 */
export function afterStep(run: Run, plan: Plan, { paged, wasPaged }: StepResult, now: Date): Run {
  const isEmpty = paged.length === 0 && !wasPaged
  const late = now.getTime() - run.dueAt.getTime()
  const after: Run = {
    ...run,
    step: run.step + 1,
    cycleStartedAt: new Date(run.cycleStartedAt.getTime() + late),
    reached: [...run.reached, ...paged],
    reachedAt: paged.length > 0 ? now : run.reachedAt,
  }
  if (after.step >= plan.steps.length) return afterCycle(after, plan, now)
  return { ...after, dueAt: isEmpty ? now : addMinutes(now, waitOf(plan, after.step)) }
}

/** The policy again from its first step, or its end; either way whoever was paged has time to answer. */
function afterCycle(run: Run, plan: Plan, now: Date): Run {
  const again = latest(now, addMinutes(run.cycleStartedAt, CYCLE_MIN_MINUTES))
  if (run.cycle < plan.repeat) {
    const dueAt = addMinutes(again, waitOf(plan, 0))
    return { ...run, step: 0, cycle: run.cycle + 1, cycleStartedAt: again, dueAt, reached: [] }
  }
  if (run.reached.length === 0 || !run.reachedAt) return { ...run, dueAt: now }
  return { ...run, dueAt: latest(again, addMinutes(run.reachedAt, CYCLE_MIN_MINUTES)) }
}

/** Whether a cycle has ended, between `before` and `after`, without paging anybody, and another one follows. */
export const isCycleInVain = (before: Run, after: Run, { paged }: StepResult): boolean =>
  after.cycle > before.cycle && before.reached.length === 0 && paged.length === 0

const waitOf = ({ steps }: Plan, step: number) => steps[step]?.waitMinutes ?? 0
const latest = (a: Date, b: Date) => (a > b ? a : b)
