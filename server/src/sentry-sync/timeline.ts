import type { Actor } from '#contract/common.ts'
import type { Deps } from '../deps.ts'
import { annotate } from '../incidents/annotate.ts'
import type { Step } from './plan.ts'

const SYSTEM: Actor = { kind: 'system', id: null, name: 'OpsKnight' }

/** A sentence for the timeline of an incident: what became of a step. */
export type Saying = { step: Pick<Step, 'incidentId' | 'kind'>; text: string; failed: boolean }

export async function say(deps: Deps, sayings: readonly Saying[]): Promise<void> {
  const at = deps.clock.now()
  await annotate(
    deps,
    sayings.map(({ step: { incidentId, kind }, text, failed }) => ({
      ...{ incidentId, at, kind: 'synced', actor: SYSTEM, text },
      data: { tool: 'sentry', step: kind, ...(failed ? { failed: true } : {}) },
    })),
  )
}
