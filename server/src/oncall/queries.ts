import type { PreviewSchedule } from '#contract/schedules.ts'
import type { Db } from '../platform/db.ts'
import { checkedSchedule } from './checks.ts'
import type { Schedule } from './model.ts'
import { loadSchedules, readGone } from './on-call.ts'
import { getSchedule } from './store.ts'
import type { Stretch } from './stretches.ts'

type Span = { from: string; to: string }
const windowOf = ({ from, to }: Span): Stretch => ({ start: Date.parse(from), end: Date.parse(to) })

/** What the shifts of a schedule between two times follow from. Throws `not_found`. */
export async function scheduleBetween(
  db: Db,
  id: string,
  span: Span,
): Promise<{ model: Schedule; window: Stretch }> {
  const window = windowOf(span)
  const rows = [await getSchedule(db, id)]
  const [loaded] = await loadSchedules(db, rows, new Date(window.start), new Date(window.end))
  return { model: loaded!.model, window }
}

/** The same of rotations that are not saved yet. */
export async function previewOf(
  db: Db,
  given: PreviewSchedule,
): Promise<{ model: Schedule; window: Stretch }> {
  const { timeZone, rotations } = await checkedSchedule(db, given)
  const goneSince = await readGone(db, new Set(rotations.flatMap(({ members }) => members)))
  return { model: { timeZone, rotations, overrides: [], goneSince }, window: windowOf(given) }
}
