import type { Channel } from '#contract/channels.ts'
import type { Urgency } from '#contract/common.ts'
import type { ContactMethod, Reach } from '../people/reach.ts'

/** Why no page can go out on a channel now, by channel; one that is missing works. */
export type ChannelProblems = ReadonlyMap<Channel, string>

/** By which contact methods somebody is paged after how many minutes, and by which not, and why. */
export type Plan = {
  planned: { method: ContactMethod; delayMinutes: number }[]
  skipped: { method: ContactMethod | null; reason: string }[]
}

/**
 * What a person's rules ask for at this urgency. Without rules for it all that works is used at once, and so it is where the rules
 * lead to nothing that works: a page by another way is better than none.
 */
export function planFor(reach: Reach | undefined, urgency: Urgency, problems: ChannelProblems): Plan {
  if (!reach || reach.user.disabled) return nobody(`${reach?.user.name ?? 'This person'} is disabled`)
  const rules = reach.rules.filter((rule) => rule.urgency === urgency)
  const asked = rules.flatMap(({ contactMethodId, delayMinutes }) => {
    const method = reach.methods.find(({ id }) => id === contactMethodId)
    return method ? [{ method, delayMinutes }] : []
  })
  const all = reach.methods.map((method) => ({ method, delayMinutes: 0 }))
  const first = sorted(asked.length > 0 ? asked : all, problems)
  if (first.planned.length > 0) return first
  const usable = sorted(all, problems)
  if (usable.planned.length > 0) return { planned: usable.planned, skipped: first.skipped }
  if (first.skipped.length > 0) return first
  return nobody(`${reach.user.name} has no contact method`)
}

const nobody = (reason: string): Plan => ({ planned: [], skipped: [{ method: null, reason }] })

function sorted(wanted: Plan['planned'], problems: ChannelProblems): Plan {
  const plan: Plan = { planned: [], skipped: [] }
  for (const one of wanted) {
    const reason = reasonAgainst(one.method, problems)
    if (reason === null) plan.planned.push(one)
    else if (!plan.skipped.some(({ method }) => method === one.method))
      plan.skipped.push({ method: one.method, reason })
  }
  return plan
}

/** Why nothing can be sent to a contact method now; null when it works. */
export function reasonAgainst(method: ContactMethod, problems: ChannelProblems): string | null {
  if (!method.verifiedAt) return 'This contact method is not verified'
  return problems.get(method.channel) ?? null
}
