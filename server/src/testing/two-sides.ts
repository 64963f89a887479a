import { syncDueIssues } from '../sentry-sync/work.ts'
import { connectedToSentry } from './sentry-loop.ts'
import type { FakeIssue, Webhook } from './sentry-server.ts'
import { NO_LIMITS, type TestApp } from './test-app.ts'

/** Numbers that look random and are the same every time. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Both sides with many issues, each of which goes its own way: who acts, what is delivered when, and what Sentry refuses is chance. */
export async function twoSides({ seed, count, scopes }: { seed: number; count: number; scopes?: string[] }) {
  const loop = await connectedToSentry({
    ...(scopes ? { scopes } : {}),
    settings: NO_LIMITS,
    behaviour: { enrich: false, link: false, comments: true },
  })
  const { t, sentry } = loop
  const random = numbers(seed)
  const people = [await loop.member('Ana Example'), await loop.member('Bo Example')]
  const issues = Array.from({ length: count }, () => sentry.addIssue())
  const waiting = new Map<string, Webhook[]>(issues.map(({ id }) => [id, []]))
  const oneOf = <One>(list: readonly One[]): One => list[random(list.length)]!
  const some = (percent: number) => issues.filter(() => random(100) < percent)
  const echoes: string[] = []

  async function deliver(webhook: Webhook): Promise<void> {
    const { body } = await loop.deliver(webhook)
    const { id } = webhook.body.actor as { id: unknown }
    if (id === sentry.app.uuid) echoes.push(body.result.action)
  }

  /** Late, twice, in another order, or never. */
  async function deliverSome(): Promise<void> {
    for (const webhook of sentry.webhooks.splice(0)) waiting.get(issueIdOf(webhook))!.push(webhook)
    const chosen = some(70).map(({ id }) => {
      const queue = waiting.get(id)!
      const now: Webhook[] = []
      while (queue.length > 0 && random(4) > 0) {
        const [next] = queue.splice(random(queue.length), 1)
        const fate = random(20)
        if (fate > 0) now.push(next!)
        if (fate > 17) queue.push(next!)
      }
      return now
    })
    await inTurn(chosen, deliver)
  }

  async function deliverAll(): Promise<void> {
    for (const webhook of sentry.webhooks.splice(0)) waiting.get(issueIdOf(webhook))!.push(webhook)
    await inTurn(
      [...waiting.values()].map((queue) => queue.splice(0)),
      deliver,
    )
  }

  async function actHere(): Promise<void> {
    const newest = await newestIncidents(t)
    const acts = some(35).flatMap(({ id }) => {
      const incidentId = newest.get(`sentry-${id}`)
      return incidentId ? [{ incidentId, ...oneOf(ACTS), by: random(2), to: random(2) }] : []
    })
    const groups = Object.values(
      Object.groupBy(acts, ({ action, by, to }) => `${action} ${by} ${action === 'assign' ? to : ''}`),
    )
    for (const group of groups) {
      const { action, by, to } = group![0]!
      const body = { action, text: `Seen at ${t.clock.now().toISOString()}`, userId: people[to]!.user.id }
      const ids = group!.map(({ incidentId }) => incidentId)
      for (let n = 0; n < ids.length; n += 100)
        await people[by]!.client.post('/api/v1/incidents/bulk', { ids: ids.slice(n, n + 100), ...body })
    }
  }

  function actThere(): void {
    for (const issue of some(35)) {
      const what = random(7)
      if (what < 3) sentry.act(issue, { status: ['resolved', 'unresolved', 'ignored'][what]! })
      else if (what === 3) sentry.act(issue, { assignedTo: oneOf(people).user.email })
      else if (what === 4) sentry.say(issue, `Said at ${t.clock.now().toISOString()}`)
      else {
        sentry.regress(issue)
        if (issue.status === 'unresolved') sentry.webhooks.push(sentry.alert(issue))
      }
    }
  }

  /** Sentry is away for all, or for some, or does what it is asked and nobody hears of it. */
  async function work(): Promise<void> {
    const [isAway, away, lost] = [random(6) === 0, new Set(ids(some(8))), new Set(ids(some(8)))]
    const issueIn = (url: string) => /issues\/(\d+)\//.exec(url)?.[1] ?? ''
    sentry.answerInstead(({ url }) => (isAway || away.has(issueIn(url)) ? { status: 503 } : undefined))
    sentry.loseAnswers(({ url }) => lost.has(issueIn(url)))
    for (let turns = random(count / 8); turns > 0; turns -= 1)
      if ((await syncDueIssues(t.deps, t.clock.now())) === 0) break
    sentry.answerInstead(null)
    sentry.loseAnswers(null)
  }

  return { ...loop, issues, people, random, echoes, deliverSome, deliverAll, actHere, actThere, work }
}

const ACTS = ['acknowledge', 'resolve', 'resolve', 'reopen', 'reopen', 'assign', 'note'].map((action) => ({
  action,
}))
const ids = (issues: readonly FakeIssue[]) => issues.map(({ id }) => id)

function issueIdOf({ body: { data } }: Webhook): string {
  const { issue, event, issue_id } = data as Record<string, { id?: string; issue_id?: string } & string>
  return issue?.id ?? event?.issue_id ?? issue_id!
}

/** Each list in its own order, many lists at once. */
async function inTurn<One>(lists: readonly One[][], act: (one: One) => Promise<void>): Promise<void> {
  await Promise.all(
    lists.map(async (list) => {
      for (const one of list) await act(one)
    }),
  )
}

/** Of each issue. */
async function newestIncidents({ db }: TestApp): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('incidents')
    .select(['dedup_key', 'id'])
    .distinctOn('dedup_key')
    .orderBy('dedup_key')
    .orderBy('number', 'desc')
    .execute()
  return new Map(rows.map(({ dedup_key, id }) => [dedup_key, id]))
}
