import type { Actor, JsonObject } from '#contract/common.ts'
import type { TimelineKind } from '#contract/incidents.ts'
import type { NewTimelineEntry } from '../incidents/model.ts'
import type { PolicyVersion } from '../services/policies.ts'
import type { Attempted } from './attempts.ts'
import { afterStep, isCycleInVain, type Run, type StepResult } from './model.ts'
import type { NextState } from './store.ts'
import type { Turn } from './turns.ts'
import { administratorsWords, listed, stepSentence } from './words.ts'

/** What a turn leaves behind: entries of the timeline, and where the escalation goes on; `state` null: it is done. */
export type Recorded = { entries: NewTimelineEntry[]; state: NextState | null }

/** What came of a turn: of the attempt that the policy asks for, and of turning to the administrators where there was need to. */
export type Outcome = {
  attempted?: Attempted | undefined
  administrators?: Attempted | undefined
  /** Why a policy reaches nobody, of one that has ended in vain. */
  whyNobody: string
  now: Date
}

const SYSTEM: Actor = { kind: 'system', id: null, name: 'OpsKnight' }
const NOBODY: Attempted = { paged: [], already: [], problems: [] }

/** Whether the administrators are to be paged, after what came of the attempt that the policy asks for. */
export function needsAdministrators(turn: Turn, attempted: Attempted | undefined, now: Date): boolean {
  switch (turn.do) {
    case 'without-policy':
    case 'give-up':
      return true
    case 'tell-holder':
    case 'end':
      return !attempted || attempted.paged.length === 0
    case 'page': {
      const result = resultOf(attempted)
      return isCycleInVain(turn.run, afterStep(turn.run, turn.policy, result, now), result)
    }
    case 'wait':
      return false
  }
}

export function record(turn: Turn, outcome: Outcome): Recorded {
  switch (turn.do) {
    case 'wait':
      return { entries: [], state: stateOf(turn) }
    case 'without-policy':
      return endedAtOnce(turn, outcome, 'This service has no escalation policy.')
    case 'give-up':
      return endedAtOnce(turn, outcome, GIVEN_UP)
    case 'tell-holder':
      return holderTold(turn, outcome)
    case 'page':
      return stepTaken(turn, outcome)
    case 'end':
      return ended(turn, outcome)
  }
}

const GIVEN_UP =
  'OpsKnight failed while it worked out whom to page, and does not try again; its log says more under escalation.broke.'

function endedAtOnce(turn: Turn, outcome: Outcome, why: string): Recorded {
  const reason = `${why} ${toldWords(outcome)}`
  const unstarted = {
    ...{ policyId: null, policyVersion: null, step: 0, cycle: 0, cycleStartedAt: null },
    ...{ reached: [], reachedAt: null, incidentId: turn.incidentId },
  }
  return {
    entries: [entryOf(turn, outcome, 'nobody_paged', reason, pagedData(outcome))],
    state: { ...unstarted, dueAt: null, endedReason: reason },
  }
}

/** Nothing is left to come, as somebody has the incident. */
function holderTold(turn: Turn, outcome: Outcome): Recorded {
  const { paged, problems } = outcome.attempted ?? NOBODY
  const entry =
    paged.length > 0
      ? entryOf(turn, outcome, 'escalated', `It got worse: ${namesOf(paged)} is paged.`, pagedData(outcome))
      : entryOf(
          turn,
          outcome,
          'nobody_paged',
          `It got worse, and whoever has it cannot be paged: ${problems.join('; ')}. ${toldWords(outcome)}`,
          pagedData(outcome),
        )
  return { entries: [entry], state: null }
}

function stepTaken(turn: Turn & { do: 'page' }, outcome: Outcome): Recorded {
  const { policy, run, step } = turn
  const { attempted = NOBODY, administrators, now } = outcome
  const after = afterStep(run, policy, resultOf(attempted), now)
  const { policyId: id, name, version } = policy
  const data = {
    ...{ step: step + 1, of: policy.steps.length, cycle: run.cycle, repeat: policy.repeat },
    ...{ policy: { id, name, version }, paged: attempted.paged, problems: attempted.problems },
  }
  const entries = [entryOf(turn, outcome, 'escalated', stepSentence(turn, attempted), data)]
  if (administrators) {
    const text = `The policy "${name}" has reached nobody and will be tried again. ${toldWords(outcome)}`
    entries.push(entryOf(turn, outcome, 'nobody_paged', text, { paged: administrators.paged }))
  }
  return { entries, state: stateOf({ ...turn, run: after }) }
}

function ended(turn: Turn & { do: 'end' }, outcome: Outcome): Recorded {
  const { policy, run } = turn
  const { attempted, whyNobody } = outcome
  const quoted = `The policy "${policy.name}"`
  const has = run.reachedAt
    ? `${quoted} has ended without an acknowledgement.`
    : `${quoted} reaches nobody: ${whyNobody}.`
  const reason = [has, ...fallbackWords(attempted), toldWords(outcome)].filter(Boolean).join(' ')
  const data = pagedData(outcome)
  const entries = run.reachedAt
    ? [entryOf(turn, outcome, 'escalation_ended', reason, data)]
    : [
        entryOf(turn, outcome, 'nobody_paged', reason, data),
        entryOf(turn, outcome, 'escalation_ended', `${quoted} has ended.`, {}),
      ]
  return { entries, state: { ...stateOf(turn), dueAt: null, endedReason: reason } }
}

function fallbackWords(attempted: Attempted | undefined): string[] {
  if (!attempted) return []
  return attempted.paged.length > 0
    ? [`Its fallback is paged: ${namesOf(attempted.paged)}.`]
    : [`Its fallback cannot be paged: ${attempted.problems.join('; ')}.`]
}

const toldWords = ({ administrators }: Outcome) => (administrators ? administratorsWords(administrators) : '')

const namesOf = (people: readonly { name: string }[]) => listed(people.map(({ name }) => name))

const pagedData = ({ attempted, administrators }: Outcome): JsonObject => ({
  paged: [...(attempted?.paged ?? []), ...(administrators?.paged ?? [])],
})

const entryOf = (
  { incidentId }: Turn,
  { now }: Outcome,
  kind: TimelineKind,
  text: string,
  data: JsonObject,
): NewTimelineEntry => ({ incidentId, at: now, kind, actor: SYSTEM, text: text.trim(), data })

const resultOf = (attempted: Attempted = NOBODY): StepResult => ({
  paged: attempted.paged.map(({ id }) => id),
  wasPaged: attempted.already.length > 0,
})

const stateOf = ({
  incidentId,
  policy,
  run,
}: {
  incidentId: string
  policy: PolicyVersion
  run: Run
}): NextState => ({
  incidentId,
  policyId: policy.policyId,
  policyVersion: policy.version,
  endedReason: null,
  ...run,
})
