import { expect, test } from 'vitest'
import { addContactMethod } from '../testing/reachable.ts'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { syncDueIssues } from './work.ts'

type Loop = Awaited<ReturnType<typeof connectedToSentry>>

/** An incident of a new issue, told to Sentry as far as there is something to tell. */
async function anIncident({ t, sentry, deliver }: Loop, issue = sentry.addIssue()) {
  const opened = await deliver(sentry.alert(issue))
  await t.runWorker()
  const { id, number } = opened.body.result.incident as { id: string; number: number }
  return { issue, id, number, url: `/api/v1/incidents/${id}` }
}

const writes = ({ sentry }: Loop) => sentry.received.filter(({ method }) => method !== 'GET')
const bodies = (loop: Loop) => writes(loop).map(({ body }) => JSON.parse(body))

async function saidOf({ admin }: Loop, url: string): Promise<string[]> {
  const { body } = await admin.get(`${url}/timeline`)
  const items = body.items as { kind: string; text: string }[]
  return items.filter(({ kind }) => kind === 'synced').map(({ text }) => text)
}

const AWAY = { status: 503, body: 'down for maintenance' }

test('an incident that is reopened makes its issue unresolved again', async () => {
  const loop = await connectedToSentry()
  const { issue, url } = await anIncident(loop)
  const { client } = await loop.member()
  await client.post(`${url}/resolve`)
  await loop.t.runWorker()
  await client.post(`${url}/reopen`)
  await loop.t.runWorker()
  expect(issue.status).toBe('unresolved')
  expect(await saidOf(loop, url)).toEqual(['The issue is unresolved again', 'The issue is resolved'])
})

test('each way to Sentry can be switched off, and a snooze is nobody else’s business', async () => {
  const loop = await connectedToSentry({
    behaviour: { assign: false, resolve: 'off', reopen: false, link: false, comments: false, enrich: false },
  })
  const { url } = await anIncident(loop)
  const { user, client } = await loop.member()
  for (const [action, body] of [
    ['acknowledge'],
    ['assign', { userId: user.id }],
    ['notes', { text: 'Looking' }],
    ['snooze', { until: '2026-03-02T00:00:00Z' }],
    ['resolve'],
    ['reopen'],
  ] as const)
    expect((await client.post(`${url}/${action}`, body)).status).toBe(200)
  await loop.t.runWorker()
  expect(writes(loop)).toEqual([])
  expect(await loop.t.db.selectFrom('incident_outbox').selectAll().execute()).toEqual([])
})

test('an issue is resolved in the next release where that is chosen, and at once where its project has had none', async () => {
  const loop = await connectedToSentry({ behaviour: { resolve: 'resolvedInNextRelease', link: false } })
  const { client } = await loop.member()
  const released = await anIncident(loop, loop.sentry.addIssue({ lastRelease: { version: '1.4.0' } }))
  const never = await anIncident(loop)
  await client.post(`${released.url}/resolve`)
  await client.post(`${never.url}/resolve`)
  await loop.t.runWorker()
  expect([released.issue.status, never.issue.status]).toEqual(['resolved', 'resolved'])
  expect(await saidOf(loop, released.url)).toEqual(['The issue is resolved in the next release'])
  expect(await saidOf(loop, never.url)).toEqual([
    'The issue is resolved, and not in the next release: Sentry knows no release of its project',
  ])
})

test('whoever gets the incident gets the issue, by any address that is proven to be theirs', async () => {
  const loop = await connectedToSentry()
  const { issue, url } = await anIncident(loop)
  const { client } = await loop.member()
  const bo = await loop.member('Bo Example')
  await addContactMethod(loop.t, bo.user, { address: 'bo@work.example' })
  loop.sentry.members.find(({ id }) => id === bo.user.id)!.email = 'bo@work.example'

  await client.post(`${url}/acknowledge`)
  await client.post(`${url}/assign`, { userId: bo.user.id })
  await loop.t.runWorker()
  expect(issue.assignedTo).toMatchObject({ email: 'bo@work.example' })
  expect(await saidOf(loop, url)).toEqual(['The issue is assigned to Bo Example'])
})

test('who is not proven, or unknown to Sentry, is not assigned, and the incident says why', async () => {
  const loop = await connectedToSentry()
  const { issue, url } = await anIncident(loop)
  const unproven = await loop.t.create.user({ name: 'Cy Example' })
  await (await loop.t.as(unproven)).post(`${url}/acknowledge`)
  await loop.t.runWorker()
  const { user, client } = await loop.member('Di Example')
  loop.sentry.members.length = 0
  await client.post(`${url}/assign`, { userId: user.id })
  await loop.t.runWorker()
  expect(issue.assignedTo).toBeNull()
  expect(await saidOf(loop, url)).toEqual([
    expect.stringContaining('Sentry has no member with the e-mail address of Di Example'),
    'The issue is not assigned: Cy Example has no verified e-mail address, by which Sentry would know them',
  ])
})

test('a program resolves the issue, and acknowledges it for nobody', async () => {
  const loop = await connectedToSentry({ behaviour: { link: false } })
  const { issue, url } = await anIncident(loop)
  const program = loop.t.withKey(await loop.t.create.apiKey('write'))
  await program.post(`${url}/acknowledge`)
  await program.post(`${url}/resolve`)
  await loop.t.runWorker()
  expect(issue).toMatchObject({ status: 'resolved', assignedTo: null })
  expect(bodies(loop)).toEqual([{ status: 'resolved' }])
})

test('comments go both ways when they are switched on, ours with the name of their author, and none comes back', async () => {
  const loop = await connectedToSentry({ behaviour: { comments: true } })
  const { issue, url, number } = await anIncident(loop)
  const { client } = await loop.member()
  await client.post(`${url}/notes`, { text: 'The pool is full' })
  await loop.t.runWorker()
  loop.sentry.say(issue, 'It began with the release of this morning')
  const answers = await loop.deliverAll()
  await loop.t.runWorker()

  const notes = issue.activity.filter(({ type }) => type === 'note').map(({ data }) => data)
  expect(notes).toEqual([
    { text: 'It began with the release of this morning' },
    {
      text: `Ana Example on [incident #${number}](http://opsknight.test/incidents/${number}):\n\nThe pool is full`,
    },
  ])
  expect(answers.map(({ body }) => body.result.action)).toEqual(['ignored', 'noted'])
})

test('a comment whose answer is lost appears once', async () => {
  const loop = await connectedToSentry({ behaviour: { comments: true } })
  const { issue, url } = await anIncident(loop)
  const { client } = await loop.member()
  await client.post(`${url}/notes`, { text: 'Looking' })
  loop.sentry.loseAnswers(({ method, url: path }) => method === 'POST' && path.includes('/comments/'))
  await loop.t.runWorker()
  loop.sentry.loseAnswers(null)
  loop.t.clock.advance({ hours: 2 })
  await loop.t.runWorker()
  expect(issue.activity.filter(({ type }) => type === 'note')).toHaveLength(1)
  expect(await loop.t.db.selectFrom('incident_outbox').selectAll().execute()).toEqual([])
})

test('of several wishes while Sentry is away the last one is told, once', async () => {
  const loop = await connectedToSentry()
  const { issue, url } = await anIncident(loop)
  const [ana, bo] = [await loop.member(), await loop.member('Bo Example')]
  loop.sentry.answerInstead(() => AWAY)
  await ana.client.post(`${url}/acknowledge`)
  await ana.client.post(`${url}/resolve`)
  await loop.t.runWorker()
  await bo.client.post(`${url}/reopen`)
  await bo.client.post(`${url}/acknowledge`)
  await loop.t.runWorker()
  await bo.client.post(`${url}/resolve`)

  loop.sentry.answerInstead(null)
  loop.sentry.received.length = 0
  loop.t.clock.advance({ minutes: 20 })
  await loop.t.runWorker()
  expect(bodies(loop)).toEqual([{ assignedTo: bo.user.email }, { status: 'resolved' }])
  expect(issue.status).toBe('resolved')
})

test('after an outage a newer change in Sentry stands, and an older one gives way', async () => {
  const loop = await connectedToSentry({ behaviour: { link: false } })
  const [newer, older] = [await anIncident(loop), await anIncident(loop)]
  const { user, client } = await loop.member()
  loop.sentry.members.push({ id: '77', name: 'Dana Example', email: 'dana@example.com' })
  loop.sentry.act(older.issue, { status: 'ignored', assignedTo: 'dana@example.com' })
  loop.t.clock.advance({ minutes: 1 })

  loop.sentry.answerInstead(() => AWAY)
  for (const { url } of [newer, older]) {
    await client.post(`${url}/acknowledge`)
    await client.post(`${url}/resolve`)
  }
  await loop.t.runWorker()
  loop.t.clock.advance({ minutes: 5 })
  loop.sentry.act(newer.issue, { status: 'ignored', assignedTo: 'dana@example.com' })
  loop.sentry.answerInstead(null)
  loop.t.clock.advance({ minutes: 20 })
  loop.sentry.received.length = 0
  await loop.t.runWorker()

  expect(newer.issue).toMatchObject({ status: 'ignored', assignedTo: { name: 'Dana Example' } })
  expect(await saidOf(loop, newer.url)).toEqual([
    'The issue stays ignored: Ana Example has changed it since',
    'The issue keeps its assignee: Ana Example has changed it since',
  ])
  expect(older.issue).toMatchObject({ status: 'resolved', assignedTo: { email: user.email } })
  expect(writes(loop)).toHaveLength(2)
})

test.each([
  ['ahead', 600_000],
  ['behind', -600_000],
])(
  'who was later is told by one clock, also when that of Sentry is ten minutes %s',
  async (_name, aheadMs) => {
    const loop = await connectedToSentry({ behaviour: { link: false }, aheadMs })
    const [newer, older] = [await anIncident(loop), await anIncident(loop)]
    const { user, client } = await loop.member()
    loop.sentry.members.push({ id: '77', name: 'Dana Example', email: 'dana@example.com' })
    const theyAct = ({ issue }: typeof newer) =>
      loop.sentry.act(issue, { status: 'ignored', assignedTo: 'dana@example.com' })
    loop.sentry.answerInstead(() => AWAY)
    theyAct(older)
    loop.t.clock.advance({ minutes: 1 })
    for (const { url } of [newer, older]) {
      await client.post(`${url}/acknowledge`)
      await client.post(`${url}/resolve`)
    }
    loop.t.clock.advance({ minutes: 2 })
    theyAct(newer)
    loop.sentry.answerInstead(null)
    await loop.t.runWorker()
    expect(newer.issue).toMatchObject({ status: 'ignored', assignedTo: { name: 'Dana Example' } })
    expect(older.issue).toMatchObject({ status: 'resolved', assignedTo: { email: user.email } })
  },
)

test('a change of our own that Sentry shows after an outage is no reason to give way', async () => {
  const loop = await connectedToSentry({ behaviour: { link: false } })
  const { issue, url } = await anIncident(loop)
  const { client } = await loop.member()
  await client.post(`${url}/resolve`)
  loop.sentry.loseAnswers(({ method }) => method === 'PUT')
  await loop.t.runWorker()
  expect(issue.status).toBe('resolved')
  await client.post(`${url}/reopen`)
  loop.sentry.loseAnswers(null)
  loop.t.clock.advance({ minutes: 20 })
  await loop.t.runWorker()
  expect(issue.status).toBe('unresolved')
})

test('incidents of one issue in turn: the link moves to the newest, and back to the one that is reopened', async () => {
  const loop = await connectedToSentry()
  const first = await anIncident(loop)
  const { client } = await loop.member()
  await client.post(`${first.url}/resolve`)
  await loop.t.runWorker()
  loop.sentry.regress(first.issue)
  const second = await anIncident(loop, first.issue)
  expect(second.number).not.toBe(first.number)
  expect(first.issue.links).toMatchObject([{ identifier: `${second.number}` }])
  await client.post(`${second.url}/resolve`)
  await client.post(`${first.url}/reopen`)
  await loop.t.runWorker()
  expect(first.issue).toMatchObject({ status: 'unresolved', links: [{ identifier: `${first.number}` }] })
})

test('what was resolved before an alert came again is not resolved over it', async () => {
  const loop = await connectedToSentry()
  const first = await anIncident(loop)
  const { client } = await loop.member()
  loop.sentry.answerInstead(() => AWAY)
  await client.post(`${first.url}/resolve`)
  await loop.t.runWorker()
  const second = await anIncident(loop, first.issue)
  loop.sentry.answerInstead(null)
  loop.t.clock.advance({ minutes: 20 })
  await loop.t.runWorker()
  expect(first.issue.status).toBe('unresolved')
  expect(await saidOf(loop, first.url)).toEqual([
    `The issue is not resolved: incident #${second.number} is about it too`,
  ])
})

test('an issue with incidents on several services is resolved with the last of them', async () => {
  const loop = await connectedToSentry({ behaviour: { link: false } })
  const { client } = await loop.member()
  const first = await anIncident(loop)
  const others = []
  for (const name of ['Payments', 'Search']) {
    const { id } = await loop.t.create.service({ name })
    const opened = await loop.deliver(loop.sentry.alert(first.issue, [{ name: 'service', value: id }]))
    others.push(opened.body.result.incident as { id: string; number: number })
  }
  const [second, third] = others as [(typeof others)[0], (typeof others)[0]]
  const resolve = async (id: string) => {
    await client.post(`/api/v1/incidents/${id}/resolve`)
    await loop.t.runWorker()
    return loop.sentry.issues.get(first.issue.id)!.status
  }
  const stays = (number: number) => [`The issue is not resolved: incident #${number} is about it too`]
  expect(await resolve(second.id)).toBe('unresolved')
  expect(await saidOf(loop, `/api/v1/incidents/${second.id}`)).toEqual(stays(first.number))
  expect(await resolve(first.id)).toBe('unresolved')
  expect(await saidOf(loop, first.url)).toEqual(stays(third.number))
  expect(await resolve(third.id)).toBe('resolved')
})

test('a resolution in Sentry ends the incidents of all services, and a reopening of one makes the issue unresolved', async () => {
  const loop = await connectedToSentry({ behaviour: { link: false } })
  const { client } = await loop.member()
  const { issue, id, url } = await anIncident(loop)
  const { id: payments } = await loop.t.create.service({ name: 'Payments' })
  await loop.deliver(loop.sentry.alert(issue, [{ name: 'service', value: payments }]))
  loop.sentry.act(issue, { status: 'resolved' })
  await loop.deliverAll()
  await loop.t.runWorker()
  const active = () =>
    loop.t.db.selectFrom('incidents').select('id').where('status', '<>', 'resolved').execute()
  expect(await active()).toEqual([])
  await client.post(`${url}/reopen`)
  await loop.t.runWorker()
  expect(issue.status).toBe('unresolved')
  expect(await active()).toEqual([{ id }])
})

test('a message that the issue was resolved, overtaken by the one that it happens again, closes nothing', async () => {
  const loop = await connectedToSentry()
  const { issue, url } = await anIncident(loop)
  loop.sentry.act(issue, { status: 'resolved' })
  loop.sentry.regress(issue)
  loop.sentry.webhooks.reverse()
  await loop.deliverAll()
  expect((await loop.admin.get(url)).body.status).toBe('resolved')
  await loop.t.runWorker()
  expect((await loop.admin.get(url)).body).toMatchObject({ status: 'open', number: expect.any(Number) })
  expect(issue.status).toBe('unresolved')
})

test('a late message of Sentry takes nothing from what a person has wished since', async () => {
  const loop = await connectedToSentry({ behaviour: { link: false } })
  const { issue, url } = await anIncident(loop)
  const { client } = await loop.member()
  loop.sentry.act(issue, { status: 'resolved' })
  const [late] = loop.sentry.webhooks.splice(0)
  loop.t.clock.advance({ seconds: 10 })
  await client.post(`${url}/resolve`)
  await loop.t.runWorker()
  await client.post(`${url}/reopen`)
  await loop.deliver(late!)
  expect((await loop.admin.get(url)).body.status).toBe('resolved')
  await loop.t.runWorker()
  expect(issue.status).toBe('unresolved')
  expect((await loop.admin.get(url)).body.status).toBe('open')
})

test('two workers keep the order: what is wished while one of them tells is told after it', async () => {
  const loop = await connectedToSentry({ behaviour: { link: false } })
  const { issue, url } = await anIncident(loop)
  const { client } = await loop.member()
  const another = await loop.t.anotherServer()
  await client.post(`${url}/resolve`)
  let told = 1
  loop.sentry.beforeAnswers(async () => {
    loop.sentry.beforeAnswers(null)
    await client.post(`${url}/reopen`)
    told = await syncDueIssues(another.deps, loop.t.clock.now())
  })
  await loop.t.runWorker()
  expect(told).toBe(0)
  expect(bodies(loop)).toEqual([{ status: 'resolved' }, { status: 'unresolved' }])
  expect(issue.status).toBe('unresolved')
})

test('a worker that was held up so long that another one took over tells nothing more', async () => {
  const loop = await connectedToSentry({ behaviour: { link: false } })
  const { issue, url } = await anIncident(loop)
  const { user, client } = await loop.member()
  const another = await loop.t.anotherServer()
  await client.post(`${url}/acknowledge`)
  await client.post(`${url}/resolve`)
  loop.sentry.beforeAnswers(async () => {
    loop.sentry.beforeAnswers(null)
    loop.t.clock.advance({ minutes: 3 })
    await client.post(`${url}/reopen`)
    await syncDueIssues(another.deps, loop.t.clock.now())
  })
  await loop.t.runWorker()
  // The assignment is told again, as nobody knows whether it was heard; the resolution is not told over the reopening.
  expect(bodies(loop).filter(({ status }) => status === 'resolved')).toEqual([])
  expect(issue).toMatchObject({ status: 'unresolved', assignedTo: { email: user.email } })
})

test('whoever acknowledges what Sentry has as resolved is told so', async () => {
  const loop = await connectedToSentry({ behaviour: { link: false } })
  const { issue, url } = await anIncident(loop)
  loop.sentry.act(issue, { status: 'resolved' })
  const { client } = await loop.member()
  await client.post(`${url}/acknowledge`)
  await loop.t.runWorker()
  expect(await saidOf(loop, url)).toEqual(['The issue is assigned to Ana Example; Sentry shows it resolved'])
})
