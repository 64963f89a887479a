import fc from 'fast-check'
import { expect, test } from 'vitest'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { reconcileDue } from './reconcile.ts'

// Random histories of one issue, here and in Sentry, with messages that are lost, and a small world that foretells what becomes of it.

type Step =
  | { do: 'here'; what: 'acknowledge' | 'resolve' | 'reopen' }
  | { do: 'there'; what: 'resolved' | 'ignored'; lost: boolean }
  | { do: 'alert' }
  | { do: 'compare' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('here'),
      what: fc.constantFrom('acknowledge', 'resolve', 'reopen'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('there'),
      what: fc.constantFrom('resolved', 'ignored'),
      lost: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('alert') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('compare') }) },
)
const histories = fc.array(step, { minLength: 1, maxLength: 12 })

/** The newest incident of the issue and the issue itself, with the moments of what happened to them. */
class World {
  state: 'open' | 'acknowledged' | 'resolved' = 'open'
  by: 'person' | 'tool' | null = null
  decidedAt = -1
  alertAt = 0
  there = { status: 'unresolved', at: 0, isOurs: false }

  person(what: 'acknowledge' | 'resolve' | 'reopen', at: number): void {
    if (what === 'acknowledge') {
      if (this.state === 'resolved' || this.by === 'person') return
      this.#decided('acknowledged', 'person', at)
    } else if (what === 'resolve' && this.state !== 'resolved') {
      this.#decided('resolved', null, at)
      this.#told('resolved', at)
    } else if (what === 'reopen' && this.state !== 'open') {
      this.#decided('open', null, at)
      this.#told('unresolved', at)
    }
  }

  sentry(status: string, at: number): void {
    if (this.there.status !== status) this.there = { status, at, isOurs: false }
  }

  alert(at: number): void {
    this.sentry('unresolved', at)
    this.alertAt = at
    if (this.state === 'resolved') this.decidedAt = -1
    if (this.state === 'resolved' || this.by === 'tool') this.#become('open', null)
  }

  /** It hears how its issue stands, by a message or by asking. */
  hear(): void {
    const { status, at, isOurs } = this.there
    if (this.state === 'resolved' || isOurs || at <= this.decidedAt || at <= this.alertAt) return
    if (status === 'resolved') this.#become('resolved', null)
    if (status === 'ignored' && this.state === 'open') this.#become('acknowledged', 'tool')
  }

  #decided(state: World['state'], by: World['by'], at: number): void {
    this.decidedAt = at
    this.#become(state, by)
  }
  #become(state: World['state'], by: World['by']): void {
    Object.assign(this, { state, by })
  }
  #told(status: string, at: number): void {
    if (this.there.status !== status) this.there = { status, at, isOurs: true }
  }
}

const RUNS = Number(process.env.HISTORIES ?? 20)
/** The same histories each time, as the last expectation counts what happened in them. */
const SEED = Number(process.env.SEED ?? 42)

test('whatever happens here and in Sentry, and whichever messages are lost, comparing makes of it what the newest word says', async () => {
  const { t, sentry, deliver, deliverAll, member, admin } = await connectedToSentry()
  const { client } = await member()
  const compare = async () => {
    t.clock.advance({ minutes: 6 })
    while (await reconcileDue(t.deps, t.clock.now()));
    await t.runWorker()
  }
  const seen = { changed: 0 }

  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      const issue = sentry.addIssue({ lastSeen: t.clock.now().toISOString() })
      const alert = async () => (await deliver(sentry.alert(issue))).body.result.incident.id as string
      let id = await alert()
      await t.runWorker()
      const world = new World()
      for (const [n, one] of steps.entries()) {
        t.clock.advance({ minutes: 2 })
        if (one.do === 'here') {
          await client.post(`/api/v1/incidents/${id}/${one.what}`)
          await t.runWorker()
          world.person(one.what, n + 1)
        } else if (one.do === 'there') {
          sentry.webhooks.length = 0
          sentry.act(issue, { status: one.what })
          world.sentry(one.what, n + 1)
          if (!one.lost && sentry.webhooks.length > 0) {
            await deliverAll()
            world.hear()
          }
        } else if (one.do === 'alert') {
          issue.lastSeen = t.clock.now().toISOString()
          sentry.act(issue, { status: 'unresolved' }, { type: 'application', id: 'sentry', name: 'Sentry' })
          id = await alert()
          world.alert(n + 1)
        } else {
          await compare()
          world.hear()
        }
      }
      await compare()
      world.hear()
      const { body: incident } = await admin.get(`/api/v1/incidents/${id}`)
      expect([incident.status, issue.status]).toEqual([world.state, world.there.status])
      if (incident.timeline.some(({ text }: { text: string | null }) => text?.startsWith('Sentry shows it')))
        seen.changed += 1

      const requests = sentry.received.filter(({ method }) => method !== 'GET').length
      await compare()
      const { body: after } = await admin.get(`/api/v1/incidents/${id}`)
      expect(after.timeline).toEqual(incident.timeline)
      expect(sentry.received.filter(({ method }) => method !== 'GET')).toHaveLength(requests)
      // The next history has the house to itself.
      await client.post(`/api/v1/incidents/${id}/resolve`)
      await t.runWorker()
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  )
  expect(seen.changed).toBeGreaterThan(RUNS / 10)
})
