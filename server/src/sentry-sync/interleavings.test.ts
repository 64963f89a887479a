import { expect, test } from 'vitest'
import { twoSides } from '../testing/two-sides.ts'
import { reconcileDue } from './reconcile.ts'
import { syncDueIssues } from './work.ts'

// `SEED=7` for others, which are the same each time; `INTERLEAVINGS=5000` for more.
const COUNT = Number(process.env.INTERLEAVINGS ?? 1_000)
const SEED = Number(process.env.SEED ?? 42)
const ROUNDS = 3
const TIMEOUT_MS = 120_000
/** A wish is told without looking as long as it is younger. */
const FRESH_MS = 60_000

type World = Awaited<ReturnType<typeof twoSides>>

/** People act on both sides while messages are late, lost, doubled and in no order, and Sentry is now and then away. */
async function live(world: World): Promise<void> {
  const { random } = world
  await world.alertAll()
  for (let round = 0; round < ROUNDS; round += 1) {
    const phases = [world.actHere, world.actThere, world.deliverSome, world.work]
    while (phases.length > 0) {
      world.later()
      await phases.splice(random(phases.length), 1)[0]!()
    }
  }
}

/** Nobody acts any more, all is delivered that was not lost, and Sentry is there. */
async function settle({ t, deliverAll }: World): Promise<void> {
  for (let n = 0; n < 4; n += 1) {
    await deliverAll()
    t.clock.advance({ minutes: 16 })
    while (await syncDueIssues(t.deps, t.clock.now()));
    await reconcileDue(t.deps, t.clock.now())
  }
}

type Act = { at: number; what: string; whom?: string | undefined }

/** What people did here, and what happened in Sentry without us, oldest first. */
async function historiesOf({ t, issues }: World) {
  const rows = await t.db
    .selectFrom('timeline_entries as e')
    .innerJoin('incidents as i', 'i.id', 'e.incident_id')
    .select(['i.dedup_key', 'i.number', 'i.status', 'e.at', 'e.kind', 'e.actor', 'e.data', 'e.text'])
    .orderBy('e.number')
    .execute()
  const byIssue = Map.groupBy(rows, ({ dedup_key }) => dedup_key.slice('sentry-'.length))
  return issues.map((issue) => {
    const entries = byIssue.get(issue.id) ?? []
    const here: Act[] = entries
      .filter(({ actor }) => actor.kind === 'user')
      .map(({ at, kind, actor, data }) => ({
        at: at.getTime(),
        what: kind,
        whom: kind === 'assigned' ? String(data.toId) : (actor.id ?? undefined),
      }))
    const log = issue.activity.toReversed().map(({ type, dateCreated, data, sentry_app }) => ({
      ...{ at: Date.parse(dateCreated), what: type, isOurs: sentry_app !== null },
      whom: (data as { to?: string }).to,
    }))
    const there: Act[] = log.filter(({ isOurs }) => !isOurs)
    const isActive = entries.some(({ status }) => status !== 'resolved')
    return { issue, entries, here, there, log, isActive }
  })
}

type History = Awaited<ReturnType<typeof historiesOf>>[number]

const last = (acts: readonly Act[], kinds: RegExp) => acts.findLast(({ what }) => kinds.test(what))

/** What is wrong with how it ended; empty when both sides agree. */
function complaints(history: History): string[] {
  const { issue, entries, here, there, log, isActive } = history
  // Whoever made it: a late alert may open an incident after OpsKnight has resolved the issue, and somebody may take it.
  const shown = last(log, /^set_/)
  const [wish, change] = [last(here, /^(resolved|reopened)$/), last(there, /^set_/)]
  const [decided, given] = [
    last(here, /^(acknowledged|assigned|resolved|reopened)$/),
    last(there, /^assigned$/),
  ]
  const assigned = last(here, /^(acknowledged|assigned)$/)
  const found: string[] = []
  if (issue.status === 'resolved' && isActive && !(decided && shown && decided.at > shown.at))
    found.push('resolved there, active here')
  const end = entries.findLast(({ kind }) => kind === 'resolved')
  if (!isActive && isByTool(end) && issue.status === 'unresolved' && end.at.getTime() > (shown?.at ?? 0))
    found.push('unresolved there, resolved here by a late message')
  if (wish?.what === 'resolved' && wish.at > (change?.at ?? 0) && issue.status !== 'resolved' && !isActive)
    found.push('a resolution was not told')
  if (wish?.what === 'reopened' && wish.at > (change?.at ?? 0) && issue.status === 'resolved')
    found.push('a reopening was not told')
  if (change && change.at > (wish?.at ?? 0) + FRESH_MS && statusAfter[change.what] !== issue.status)
    found.push(`a newer change there was undone: ${change.what}, now ${issue.status}`)
  if (assigned && assigned.at > (given?.at ?? 0) && issue.assignedTo?.id !== assigned.whom)
    found.push('an assignment was not told')
  if (given && given.at > (assigned?.at ?? 0) + FRESH_MS && issue.assignedTo?.id !== given.whom)
    found.push('a newer assignment there was undone')
  return found
}

const isByTool = (entry: History['entries'][number] | undefined): entry is History['entries'][number] =>
  entry?.actor.kind === 'integration'

const statusAfter: Record<string, string> = {
  set_resolved: 'resolved',
  set_ignored: 'ignored',
  set_unresolved: 'unresolved',
  set_regression: 'unresolved',
}

function commentsMissing({ issue, entries }: History): string[] {
  const notes = entries.filter(({ kind, actor }) => kind === 'noted' && actor.kind === 'user')
  return notes.flatMap(({ text, actor }) => {
    const said = issue.activity.filter(
      ({ type, data }) => type === 'note' && (data as { text: string }).text.endsWith(text ?? ''),
    )
    return said.length === 1 ? [] : [`${actor.name}: ${text} (${said.length} times)`]
  })
}

/** What happened to an issue, for whoever looks for the reason of a complaint. */
const storyOf = ({ issue, entries }: History): string[] =>
  [
    ...entries.map(({ at, number, kind, actor, text }) => ({
      at: at.toISOString(),
      what: `#${number} ${kind} by ${actor.name}: ${text ?? ''}`,
    })),
    ...issue.activity.toReversed().map(({ dateCreated, type, sentry_app }) => ({
      at: dateCreated,
      what: `there: ${type}${sentry_app ? ' by OpsKnight' : ''}`,
    })),
  ]
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .map(({ at, what }) => `${at} ${what}`)

test(
  `${COUNT} random interleavings of both sides end in agreement, and then nobody writes any more`,
  { timeout: TIMEOUT_MS },
  async () => {
    const world = await twoSides({ seed: SEED, count: COUNT })
    await live(world)
    await settle(world)

    const histories = await historiesOf(world)
    const found = Object.fromEntries(
      histories.flatMap((history) => {
        const all = [...complaints(history), ...commentsMissing(history)]
        return all.length > 0 ? [[history.issue.id, [...all, ...storyOf(history)]]] : []
      }),
    )
    expect(found).toEqual({})
    expect(new Set(world.echoes)).toEqual(new Set(['ignored']))

    const writes = () => world.sentry.received.filter(({ method }) => method !== 'GET').length
    const before = writes()
    await settle(world)
    expect(writes()).toBe(before)
  },
)
