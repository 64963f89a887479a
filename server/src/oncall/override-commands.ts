import type { CreateOverride } from '#contract/schedules.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import type { Trx } from '../platform/db.ts'
import { conflict } from '../platform/errors.ts'
import { demand, may, type Principal } from '../platform/principal.ts'
import { finalShifts } from './on-call.ts'
import {
  countOverrides,
  deleteOverrideRow,
  getOverride,
  insertOverride,
  type OverrideRow,
} from './override-store.ts'
import {
  demandKnown,
  demandPresent,
  forbidden,
  holdPeople,
  type Person,
  personOf,
  readPeople,
} from './people.ts'
import { lockSchedule } from './store.ts'
import { isOfSwap } from './swap-store.ts'

/** More of them would make every look at the schedule slow. */
const OVERRIDES_MAX = 1_000

/**
 * Administrators may do anything. Responders may put themselves on call where nobody else is, or beside others: who takes a
 * shift from somebody asks them, see swaps.
 */
export async function createOverride(
  deps: Deps,
  principal: Principal | null,
  scheduleId: string,
  asked: CreateOverride,
): Promise<OverrideRow> {
  demand(principal, 'act')
  const now = deps.clock.now()
  const given = {
    ...{ start: new Date(asked.start), end: new Date(asked.end), beside: asked.beside },
    userId: asked.userId?.toLowerCase() ?? null,
    replaces: asked.replaces?.toLowerCase() ?? null,
  }
  return changeConfiguration(deps, async (trx) => {
    const schedule = await lockSchedule(trx, scheduleId)
    await refuseForOthers(trx, principal, schedule.id, given)
    const people = await holdPeople(
      trx,
      [given.userId, given.replaces].filter((id) => id !== null),
    )
    const person = given.userId === null ? null : demandPresent(people, 'userId', given.userId)
    const replaced = given.replaces === null ? null : demandKnown(people, 'replaces', given.replaces)
    if ((await countOverrides(trx, schedule.id, now)) >= OVERRIDES_MAX) throw tooMany()
    const override = await insertOverride(
      trx,
      {
        ...{ schedule_id: schedule.id, start_at: given.start, end_at: given.end },
        ...{ user_id: given.userId, replaces: given.replaces, beside: given.beside },
        created_by: JSON.stringify(principal.actor),
      },
      now,
    )
    await recordAudit(trx, principal, now, {
      action: 'override.created',
      target: { type: 'schedule', id: schedule.id, name: schedule.name },
      data: inWords(override, person, replaced),
    })
    return override
  })
}

const tooMany = () =>
  conflict(
    `The schedule has ${OVERRIDES_MAX} overrides that are not over yet. Delete some, or change its rotations.`,
  )

type Given = { start: Date; end: Date; userId: string | null; replaces: string | null; beside: boolean }

async function refuseForOthers(
  trx: Trx,
  principal: Principal,
  scheduleId: string,
  { start, end, userId, replaces, beside }: Given,
): Promise<void> {
  if (may(principal, 'configure')) return
  const own = personOf(principal)
  if (own === null || userId !== own) {
    throw forbidden('Only an administrator may say who else is on call. You may put yourself on call.')
  }
  if (beside) return
  const shifts = await finalShifts(trx, scheduleId, start, end)
  if (replaces !== null || shifts.some(({ userIds }) => userIds.some((id) => id !== own))) {
    throw forbidden('Somebody else is on call then. Ask them for the shift, or be on call beside them.')
  }
}

/** Administrators may take any override back; others what they made for themselves, unless somebody agreed to it. */
export async function deleteOverride(
  deps: Deps,
  principal: Principal | null,
  scheduleId: string,
  id: string,
): Promise<void> {
  demand(principal, 'act')
  const now = deps.clock.now()
  await changeConfiguration(deps, async (trx) => {
    const schedule = await lockSchedule(trx, scheduleId)
    const override = await getOverride(trx, schedule.id, id)
    if (!may(principal, 'configure')) {
      const own = personOf(principal)
      const isOwn = own !== null && override.user_id === own && override.created_by.id === own
      if (!isOwn || (await isOfSwap(trx, id))) {
        throw forbidden('Only an administrator may delete this: it is not only about you.')
      }
    }
    const people = await readPeople(
      trx,
      [override.user_id, override.replaces].filter((id) => id !== null),
    )
    await deleteOverrideRow(trx, id)
    await recordAudit(trx, principal, now, {
      action: 'override.deleted',
      target: { type: 'schedule', id: schedule.id, name: schedule.name },
      data: inWords(override, people.get(override.user_id ?? ''), people.get(override.replaces ?? '')),
    })
  })
}

const inWords = (
  { start_at, end_at, beside }: OverrideRow,
  person: Person | null | undefined,
  replaced: Person | null | undefined,
) => ({
  start: start_at.toISOString(),
  end: end_at.toISOString(),
  person: person?.name ?? 'nobody',
  ...(replaced ? { replaces: replaced.name } : {}),
  ...(beside ? { beside } : {}),
})
