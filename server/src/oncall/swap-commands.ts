import type { RequestSwap } from '#contract/schedules.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import type { Trx } from '../platform/db.ts'
import { conflict } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import { demand, may, type Principal } from '../platform/principal.ts'
import { finalShifts } from './on-call.ts'
import { insertOverride } from './override-store.ts'
import { demandKnown, demandPresent, forbidden, holdPeople, personOf, refusal } from './people.ts'
import { lockSchedule } from './store.ts'
import { getSwap, type SwapRow } from './swap-store.ts'

/** Asking costs nothing, so that somebody could ask for ever. */
const WAITING_MAX = 200

/**
 * Asks for a shift of somebody, or somebody to take one's own. Whoever did not ask must agree before anything changes.
 * For people of every role, as people of every role may be on call.
 */
export async function requestSwap(
  deps: Deps,
  principal: Principal | null,
  scheduleId: string,
  given: RequestSwap,
): Promise<SwapRow> {
  demand(principal, 'read')
  const asker = personOf(principal)
  if (asker === null) throw forbidden('Shifts are swapped by people who are signed in, not by API keys.')
  const [from, to] = [given.fromUserId.toLowerCase(), given.toUserId?.toLowerCase() ?? asker]
  const [start, end] = [new Date(given.start), new Date(given.end)]
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const schedule = await lockSchedule(trx, scheduleId)
    if (asker !== from && asker !== to && !may(principal, 'configure')) {
      throw forbidden('You may take a shift or give away your own; others swap theirs themselves.')
    }
    if (from === to) throw refusal('fromUserId', 'This is your own shift')
    if (end <= now) throw refusal('end', 'This shift is over')
    const people = await holdPeople(trx, [from, to])
    const giver = demandKnown(people, 'fromUserId', from)
    demandPresent(people, 'toUserId', to)
    if (!(await isOnCall(trx, schedule.id, from, start, end))) {
      throw refusal('fromUserId', `${giver.name} is not on call of ${schedule.name} then`)
    }
    await refuseRepeats(trx, { scheduleId: schedule.id, from, to, start, end }, now)
    const id = newId(now)
    await trx
      .insertInto('shift_swaps')
      .values({
        ...{ id, schedule_id: schedule.id, start_at: start, end_at: end, from_user_id: from, to_user_id: to },
        ...{ requested_by: asker, status: 'requested', created_at: now },
      })
      .execute()
    const swap = await getSwap(trx, id)
    await audit(trx, principal, now, 'swap.requested', swap)
    return swap
  })
}

async function refuseRepeats(
  trx: Trx,
  {
    scheduleId,
    from,
    to,
    start,
    end,
  }: { scheduleId: string; from: string; to: string; start: Date; end: Date },
  now: Date,
): Promise<void> {
  const waiting = await trx
    .selectFrom('shift_swaps')
    .select(['from_user_id', 'to_user_id', 'start_at', 'end_at'])
    .where('schedule_id', '=', scheduleId)
    .where('status', '=', 'requested')
    .where('end_at', '>', now)
    .limit(WAITING_MAX)
    .execute()
  const isSame = (swap: (typeof waiting)[number]) =>
    swap.from_user_id === from && swap.to_user_id === to && +swap.start_at === +start && +swap.end_at === +end
  if (waiting.some(isSame)) throw conflict('This has been asked already, and waits for an answer.')
  if (waiting.length === WAITING_MAX) throw conflict('Too many swaps of this schedule wait for an answer.')
}

/** Writes the override that makes it true, in the same transaction. What is over of the shift stays as it was. */
export async function acceptSwap(deps: Deps, principal: Principal | null, id: string): Promise<SwapRow> {
  return answer(deps, principal, id, 'accepted', async (trx, swap, now, by) => {
    const start = swap.start_at < now ? now : swap.start_at
    const { from_user_id: from, to_user_id: to } = swap
    if (swap.end_at <= now) throw conflict('This shift is over.')
    if ((await holdPeople(trx, [to])).get(to)?.isGone !== false)
      throw conflict(`${swap.to_name} is disabled.`)
    if (!(await isOnCall(trx, swap.schedule_id, from, start, swap.end_at))) {
      throw conflict(`${swap.from_name} is not on call any more then, so that there is nothing to take.`)
    }
    const override = await insertOverride(
      trx,
      {
        ...{ schedule_id: swap.schedule_id, start_at: start, end_at: swap.end_at },
        ...{ user_id: to, replaces: from, created_by: JSON.stringify(by.actor) },
      },
      now,
    )
    return override.id
  })
}

export const declineSwap = (deps: Deps, principal: Principal | null, id: string): Promise<SwapRow> =>
  answer(deps, principal, id, 'declined')

export const withdrawSwap = (deps: Deps, principal: Principal | null, id: string): Promise<SwapRow> =>
  answer(deps, principal, id, 'withdrawn')

type Answer = 'accepted' | 'declined' | 'withdrawn'

async function answer(
  deps: Deps,
  principal: Principal | null,
  id: string,
  status: Answer,
  effect?: (trx: Trx, swap: SwapRow, now: Date, by: Principal) => Promise<string>,
): Promise<SwapRow> {
  demand(principal, 'read')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    // The schedule first, as everybody who changes it does; then the swap as it is by now.
    await lockSchedule(trx, (await getSwap(trx, id)).schedule_id)
    const swap = await getSwap(trx, id)
    refuseStrangers(principal, swap, status)
    if (swap.status !== 'requested') throw conflict(`This swap was ${swap.status} already.`)
    const overrideId = (await effect?.(trx, swap, now, principal)) ?? null
    const changes = { status, decided_at: now, override_id: overrideId }
    await trx.updateTable('shift_swaps').set(changes).where('id', '=', id).execute()
    await audit(trx, principal, now, `swap.${status}`, swap)
    return getSwap(trx, id)
  })
}

/** Who asked may withdraw; the other one agrees or declines. An administrator may do both. */
function refuseStrangers(principal: Principal, swap: SwapRow, status: Answer): void {
  const askedByGiver = swap.requested_by === swap.from_user_id
  const [other, name] = askedByGiver ? [swap.to_user_id, swap.to_name] : [swap.from_user_id, swap.from_name]
  const mayAnswer = status === 'withdrawn' ? swap.requested_by : other
  if (personOf(principal) === mayAnswer || may(principal, 'configure')) return
  throw forbidden(
    status === 'withdrawn'
      ? 'Only whoever asked may withdraw it, or an administrator.'
      : `Only ${name} may answer this, or an administrator.`,
  )
}

async function isOnCall(
  trx: Trx,
  scheduleId: string,
  userId: string,
  start: Date,
  end: Date,
): Promise<boolean> {
  const shifts = await finalShifts(trx, scheduleId, start, end)
  return shifts.some(({ userIds }) => userIds.includes(userId))
}

const audit = (trx: Trx, principal: Principal, now: Date, action: string, swap: SwapRow) =>
  recordAudit(trx, principal, now, {
    action,
    target: { type: 'schedule', id: swap.schedule_id, name: swap.schedule_name },
    data: {
      ...{ start: swap.start_at.toISOString(), end: swap.end_at.toISOString() },
      ...{ from: swap.from_name, to: swap.to_name },
    },
  })
