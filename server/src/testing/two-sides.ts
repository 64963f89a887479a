import { onTestFinished, vi } from 'vitest'
import { syncDueIssues } from '../sentry-sync/work.ts'
import { connectedToSentry } from './sentry-loop.ts'
import type { FakeIssue, Webhook } from './sentry-server.ts'
import { NO_LIMITS, type TestApp } from './test-app.ts'

type Numbers = (below: number) => number

/** Numbers that look random and are the same every time. */
function numbers(seed: number): Numbers {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** An issue, what becomes of it by chance, and the messages about it that have not been delivered. */
type Life = { issue: FakeIssue; random: Numbers; waiting: Webhook[] }

/**
 * Both sides with many issues, each of which goes its own way: who acts, what is delivered when, and what Sentry refuses is chance. It
 * is the same again with the same seed, whichever issue is the first that a worker takes: each has its own numbers.
 */
export async function twoSides({ seed, count, scopes }: { seed: number; count: number; scopes?: string[] }) {
  const loop = await connectedToSentry({
    ...(scopes ? { scopes } : {}),
    settings: NO_LIMITS,
    behaviour: BEHAVIOUR,
  })
  const { t, sentry, admin } = loop
  const connection = `/api/v1/integrations/${loop.integration.ref}/sentry-connection`
  const random = numbers(seed)
  let jitter = 0
  const jittery = vi.spyOn(Math, 'random').mockImplementation(() => jitter)
  onTestFinished(() => jittery.mockRestore())
  const people = [await loop.member('Ana Example'), await loop.member('Bo Example')]
  const lives = Array.from({ length: count }, (): Life => {
    const own = numbers(random(2 ** 32))
    return { issue: sentry.addIssue(), random: own, waiting: [] }
  })
  const byId = new Map(lives.map((life) => [life.issue.id, life]))
  const some = (percent: number) => lives.filter(({ random }) => random(100) < percent)
  const echoes: string[] = []

  /** Time goes on, and whoever waits for longer waits for another while. */
  function later(): void {
    t.clock.advance({ seconds: [5, 15, 40, 90][random(4)]! })
    jitter = random(1_000) / 1_000
  }

  async function deliver(webhook: Webhook): Promise<void> {
    const { body } = await loop.deliver(webhook)
    const { id } = webhook.body.actor as { id: unknown }
    if (id === sentry.app.uuid) echoes.push(body.result.action)
  }

  function sortWebhooks(): void {
    for (const webhook of sentry.webhooks.splice(0)) byId.get(issueIdOf(webhook))!.waiting.push(webhook)
  }

  /** The first alert of each comes before the integration is connected: there is nothing to tell of those that nobody acts on. */
  async function alertAll(): Promise<void> {
    await admin.delete(connection)
    const alerts = lives.map(({ issue }) => [sentry.alert(issue)])
    await inTurn(alerts, deliver)
    const { status } = await admin.put(connection, { ...sentry.connection, behaviour: BEHAVIOUR })
    if (status !== 200) throw new Error(`Not connected again: ${status}`)
  }

  /** Late, twice, in another order, or never. */
  async function deliverSome(): Promise<void> {
    sortWebhooks()
    const chosen = some(70).map(({ random, waiting }) => {
      const now: Webhook[] = []
      while (waiting.length > 0 && random(4) > 0) {
        const [next] = waiting.splice(random(waiting.length), 1)
        const fate = random(20)
        if (fate > 0) now.push(next!)
        if (fate > 17) waiting.push(next!)
      }
      return now
    })
    await inTurn(chosen, deliver)
  }

  async function deliverAll(): Promise<void> {
    sortWebhooks()
    await inTurn(
      lives.map(({ waiting }) => waiting.splice(0)),
      deliver,
    )
  }

  async function actHere(): Promise<void> {
    const newest = await newestIncidents(t)
    const acts = some(45).flatMap(({ issue, random }) => {
      const incidentId = newest.get(`sentry-${issue.id}`)
      const act = { action: ACTS[random(ACTS.length)]!, by: random(2), to: random(2) }
      return incidentId ? [{ incidentId, ...act }] : []
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
    for (const { issue, random } of some(45)) {
      const what = random(7)
      if (what < 3) sentry.act(issue, { status: ['resolved', 'unresolved', 'ignored'][what]! })
      else if (what === 3) sentry.act(issue, { assignedTo: people[random(2)]!.user.email })
      else if (what === 4) sentry.say(issue, `Said at ${t.clock.now().toISOString()}`)
      else {
        sentry.regress(issue)
        if (issue.status === 'unresolved') sentry.webhooks.push(sentry.alert(issue))
      }
    }
  }

  /** Nobody is told anything, or Sentry is away for some, or does what it is asked and nobody hears of it. */
  async function work(): Promise<void> {
    const [isDown, away, lost] = [random(5) === 0, ids(some(25)), ids(some(15))]
    if (isDown) return
    const isAbout = (issueIds: ReadonlySet<string>, url: string) =>
      issueIds.has(/issues\/(\d+)\//.exec(url)?.[1] ?? '')
    sentry.answerInstead(({ url }) => (isAbout(away, url) ? { status: 503 } : undefined))
    sentry.loseAnswers(({ url }) => isAbout(lost, url))
    while ((await syncDueIssues(t.deps, t.clock.now())) > 0) {
      // Whether a host is left alone depends on who fails one after the other, and that on the machine.
      await t.db.deleteFrom('sentry_hosts').execute()
    }
    sentry.answerInstead(null)
    sentry.loseAnswers(null)
  }

  const acting = { later, alertAll, deliverSome, deliverAll, actHere, actThere, work }
  return { ...loop, ...acting, issues: lives.map(({ issue }) => issue), random, echoes }
}

const BEHAVIOUR = { enrich: false, link: false, comments: true }
const ACTS = ['acknowledge', 'resolve', 'resolve', 'reopen', 'reopen', 'assign', 'note']
const ids = (lives: readonly Life[]) => new Set(lives.map(({ issue }) => issue.id))

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
