import { readPerson } from './people.ts'
import {
  isOvertaken,
  NOTHING,
  type OfIssue,
  type Performed,
  readInDoubt,
  toPerformed,
  write,
} from './performing.ts'
import type { Step } from './plan.ts'

/** Sentry knows people by any of their addresses; only proven ones are tried. */
export async function assign(of: OfIssue, step: Step & { kind: 'assign' }): Promise<Performed> {
  const person = await readPerson(of.deps.db, step.userId)
  if (!person) return NOTHING
  const { name, addresses } = person
  if (addresses.length === 0) {
    const said = `The issue is not assigned: ${name} has no verified e-mail address, by which Sentry would know them`
    return { outcome: 'failed', said }
  }
  const state = await readInDoubt(of, step)
  if (state && 'outcome' in state) return state
  const change = state?.assigneeChange ?? null
  if (isOvertaken(change, step))
    return {
      outcome: 'done',
      said: `The issue keeps its assignee: ${change.by ?? 'Sentry'} has changed it since`,
    }
  let performed: Performed = NOTHING
  for (const address of addresses) {
    const result = await write(of, { assignedTo: address })
    const isOver = result.outcome === 'ok' && result.value.status === 'resolved'
    performed = toPerformed(
      result,
      `The issue is assigned to ${name}${isOver ? '; Sentry shows it resolved' : ''}`,
      `The issue is not assigned: Sentry has no member with the e-mail address of ${name}`,
    )
    if (result.outcome !== 'rejected' || result.status !== 400) return performed
  }
  return performed
}
