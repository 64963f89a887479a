import type { EscalationTarget } from '#contract/escalation-policies.ts'
import { gapsBetween, type Stretch } from '../oncall/stretches.ts'

/** A stretch of time during which somebody is not reached, and why: one reason for each person or target. */
export type Blind = Stretch & { causes: readonly string[] }

/** Everything that says whom targets reach when. */
export type Ways = {
  /** Why this person cannot be paged; null when they can. */
  obstacleOf(userId: string): string | null
  membersOf(teamId: string): { name: string; members: readonly { userId: string; isLead: boolean }[] }
  /** Within the window that is asked about; no shift where nobody is on call. */
  shiftsOf(scheduleId: string): {
    name: string
    shifts: readonly (Stretch & { userIds: readonly string[] })[]
  }
}

/** When none of these targets reaches anybody: in order, and in as few stretches as the causes allow. */
export function gapsOf(targets: readonly EscalationTarget[], ways: Ways, window: Stretch): Blind[] {
  let gaps: Blind[] = [{ ...window, causes: [] }]
  for (const target of distinct(targets)) gaps = overlapsOf(gaps, blindStretchesOf(target, ways, window))
  return merged(gaps)
}

/** Steps name the same schedule again and again, and each look at a year of shifts takes its time. */
const distinct = (targets: readonly EscalationTarget[]) =>
  new Map(
    targets.map((target) => [`${target.type} ${target.id} ${target.leadsOnly ?? false}`, target]),
  ).values()

/** When a target reaches nobody. */
function blindStretchesOf(target: EscalationTarget, ways: Ways, window: Stretch): Blind[] {
  switch (target.type) {
    case 'user':
      return unlessReached([target.id], window, ways, '')
    case 'team': {
      const { name, members } = ways.membersOf(target.id)
      const asked = members.filter(({ isLead }) => isLead || !target.leadsOnly).map(({ userId }) => userId)
      return unlessReached(
        asked,
        window,
        ways,
        target.leadsOnly ? `nobody leads ${name}` : `${name} has no members`,
      )
    }
    case 'schedule': {
      const { name, shifts } = ways.shiftsOf(target.id)
      const nobody = gapsBetween(shifts, window).map((gap) => ({
        ...gap,
        causes: [`nobody is on call in ${name}`],
      }))
      const unreached = shifts.flatMap(({ userIds, ...stretch }) => unlessReached(userIds, stretch, ways, ''))
      return [...nobody, ...unreached].sort((a, b) => a.start - b.start)
    }
  }
}

function unlessReached(
  userIds: readonly string[],
  { start, end }: Stretch,
  ways: Ways,
  nobody: string,
): Blind[] {
  const obstacles = userIds.map((id) => ways.obstacleOf(id))
  if (obstacles.includes(null)) return []
  return [{ start, end, causes: userIds.length > 0 ? obstacles.filter((one) => one !== null) : [nobody] }]
}

/** When both are blind, for all reasons of both. Each is in order and without overlaps. */
function overlapsOf(some: readonly Blind[], others: readonly Blind[]): Blind[] {
  const overlaps: Blind[] = []
  for (let i = 0, j = 0; i < some.length && j < others.length; ) {
    const [a, b] = [some[i]!, others[j]!]
    const [start, end] = [Math.max(a.start, b.start), Math.min(a.end, b.end)]
    if (start < end) overlaps.push({ start, end, causes: [...new Set([...a.causes, ...b.causes])] })
    if (a.end <= b.end) i += 1
    if (b.end <= a.end) j += 1
  }
  return overlaps
}

function merged(gaps: readonly Blind[]): Blind[] {
  const all: Blind[] = []
  for (const gap of gaps) {
    const last = all.at(-1)
    const isSame = last?.end === gap.start && last.causes.join('\n') === gap.causes.join('\n')
    if (last && isSame) all[all.length - 1] = { ...last, end: gap.end }
    else all.push(gap)
  }
  return all
}
