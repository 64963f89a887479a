import type { PutSchedule } from '#contract/schedules.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration, differences } from '../platform/configuration.ts'
import { conflict } from '../platform/errors.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { checkedSchedule } from './checks.ts'
import {
  deleteScheduleRow,
  getSchedule,
  insertSchedule,
  lockSchedule,
  policiesThatUse,
  type ScheduleRow,
  saveSchedule,
} from './store.ts'

/** Throws `name_taken` when another schedule has the name, in whatever case. */
export async function createSchedule(
  deps: Deps,
  principal: Principal | null,
  given: PutSchedule,
): Promise<ScheduleRow> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const { names, ...checked } = await checkedSchedule(trx, given)
    const id = await insertSchedule(trx, checked, now)
    const data = inWords(checked, names)
    await recordAudit(trx, principal, now, { action: 'schedule.created', target: target(id, given), data })
    return getSchedule(trx, id)
  })
}

/** Replaces name, zone and rotations; overrides stay. */
export async function replaceSchedule(
  deps: Deps,
  principal: Principal | null,
  id: string,
  given: PutSchedule,
): Promise<ScheduleRow> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    await lockSchedule(trx, id)
    const before = await getSchedule(trx, id)
    const members = new Set(before.rotations.flatMap((rotation) => rotation.members))
    const { names, ...checked } = await checkedSchedule(trx, given, members)
    const was = { name: before.name, timeZone: before.time_zone, rotations: before.rotations }
    const data = differences(inWords(was, names), inWords(checked, names))
    await saveSchedule(trx, id, checked, now)
    await recordAudit(trx, principal, now, { action: 'schedule.updated', target: target(id, given), data })
    return getSchedule(trx, id)
  })
}

/** Throws `conflict` that names the escalation policies which page through it. */
export async function deleteSchedule(deps: Deps, principal: Principal | null, id: string): Promise<void> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  await changeConfiguration(deps, async (trx) => {
    const schedule = await lockSchedule(trx, id)
    const policies = await policiesThatUse(trx, id)
    if (policies.length > 0) throw inUse(policies)
    await deleteScheduleRow(trx, id)
    await recordAudit(trx, principal, now, { action: 'schedule.deleted', target: target(id, schedule) })
  })
}

const inUse = (policies: readonly string[]) =>
  conflict(
    `Escalation policies page whoever is on call of this schedule: ${policies.join(', ')}. Take it out of them first.`,
  )

const target = (id: string, { name }: { name: string }) => ({ type: 'schedule', id, name })

const NAMED_MAX = 20

/** As the audit log has it: rotations in words, as ids say nothing to whoever reads it. */
function inWords(
  { name, timeZone, rotations }: Pick<PutSchedule, 'name' | 'timeZone' | 'rotations'>,
  names: ReadonlyMap<string, string>,
) {
  const nameOf = (id: string) => names.get(id) ?? id
  return {
    name,
    timeZone,
    rotations: rotations.map(({ name, start, every, members, restrictions }) => ({
      ...{ name, start, every: `${every.count} ${every.unit}`, restrictions },
      members: [
        ...members.slice(0, NAMED_MAX).map(nameOf),
        ...(members.length > NAMED_MAX ? [`and ${members.length - NAMED_MAX} more`] : []),
      ],
    })),
  }
}
