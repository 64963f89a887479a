import { expect, test } from 'vitest'
import { mailbox } from '../testing/mailbox.ts'
import { MAIL_FROM } from '../testing/people-with-mail.ts'
import { addContactMethod } from '../testing/reachable.ts'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { askSentry } from './ask.ts'
import { tellRefusals } from './notices.ts'

type Loop = Awaited<ReturnType<typeof connectedToSentry>>

const DENIED = { detail: 'You do not have permission to perform this action.' }

/** An incident of an issue, and what somebody does to it. */
async function incidentOf({ t, sentry, deliver, member }: Loop) {
  const { client } = await member()
  const issue = sentry.addIssue()
  const { body } = await deliver(sentry.alert(issue))
  await t.runWorker()
  const { id } = body.result.incident
  return {
    ...{ issue, id: id as string },
    act: (action: string) => client.post(`/api/v1/incidents/${id}/${action}`),
    timeline: async () => (await client.get(`/api/v1/incidents/${id}/timeline`)).body.items,
  }
}

const pageOf = async ({ admin, integration }: Loop) =>
  (await admin.get(`/api/v1/integrations/${integration.ref}/sentry-connection`)).body

const readIssue = ({ t, integration }: Loop, id: string) =>
  askSentry(t.deps, integration.ref, (client) => client.issue(id))

const checkAgain = ({ admin, integration }: Loop) =>
  admin.post(`/api/v1/integrations/${integration.ref}/sentry-connection/check`)

test('a token that Sentry does not know any more is used no more until it was checked, and nothing is forgotten meanwhile', async () => {
  const loop = await connectedToSentry()
  const { t, sentry } = loop
  const { issue, act } = await incidentOf(loop)
  sentry.answerInstead(() => ({ status: 401, body: { detail: 'Token has been revoked' } }))
  await act('acknowledge')
  await t.runWorker()
  const requests = sentry.received.length
  await act('resolve')
  t.clock.advance({ hours: 2 })
  await t.runWorker()
  expect(await readIssue(loop, issue.id)).toEqual({
    outcome: 'off',
    reason: 'Sentry answered 401: Token has been revoked',
    until: null,
  })
  expect(sentry.received).toHaveLength(requests)
  expect(await pageOf(loop)).toMatchObject({
    readsRefused: { at: expect.any(String) },
    writesRefused: { at: expect.any(String) },
    refusal: 'Sentry answered 401: Token has been revoked',
    waiting: { count: 2 },
  })

  sentry.answerInstead(null)
  await checkAgain(loop)
  await t.runWorker()
  t.clock.advance({ seconds: 15 })
  await t.runWorker()
  expect(issue.status).toBe('resolved')
  expect(await pageOf(loop)).toMatchObject({ readsRefused: null, refusal: null, waiting: { count: 0 } })
})

test('where changes are refused, what is read goes on', async () => {
  const loop = await connectedToSentry()
  const { t, sentry } = loop
  const { issue, act } = await incidentOf(loop)
  sentry.scopes.delete('event:write')
  await act('resolve')
  await t.runWorker()
  expect(await pageOf(loop)).toMatchObject({ readsRefused: null, writesRefused: { at: expect.any(String) } })
  expect(await readIssue(loop, issue.id)).toMatchObject({ outcome: 'ok' })
  const writes = () => sentry.received.filter(({ method }) => method !== 'GET').length
  const before = writes()
  await act('reopen')
  await incidentOf(loop)
  t.clock.advance({ hours: 1 })
  await t.runWorker()
  expect(writes()).toBe(before)
})

test('a token that may only read sees that a message overtook another one, and nobody stays unpaged for it', async () => {
  const loop = await connectedToSentry({ scopes: ['event:read'] })
  const { t, sentry, admin, deliverAll } = loop
  const { issue, id } = await incidentOf(loop)
  await t.runWorker()
  sentry.act(issue, { status: 'resolved' })
  sentry.regress(issue)
  sentry.webhooks.reverse()
  await deliverAll()
  const statusOf = async () => (await admin.get(`/api/v1/incidents/${id}`)).body.status
  expect(await statusOf()).toBe('resolved')
  await t.runWorker()
  expect(await statusOf()).toBe('open')
})

test('where reading is refused, changes go on', async () => {
  const loop = await connectedToSentry()
  const { t, sentry } = loop
  const { issue, act } = await incidentOf(loop)
  sentry.answerInstead(({ method }) => (method === 'GET' ? { status: 403, body: DENIED } : undefined))
  expect(await readIssue(loop, issue.id)).toMatchObject({ outcome: 'refused', status: 403 })
  expect(await readIssue(loop, issue.id)).toMatchObject({ outcome: 'off' })
  await act('resolve')
  await t.runWorker()
  expect(issue.status).toBe('resolved')
  expect(await pageOf(loop)).toMatchObject({ readsRefused: { at: expect.any(String) }, writesRefused: null })
})

test('an installation that is not the own one costs its link and nothing else', async () => {
  const loop = await connectedToSentry()
  const { t, sentry } = loop
  sentry.answerInstead(({ method }) => (method === 'POST' ? { status: 403, body: DENIED } : undefined))
  const { issue, act, timeline } = await incidentOf(loop)
  await act('resolve')
  await t.runWorker()
  expect([issue.links, issue.status]).toEqual([[], 'resolved'])
  expect(await timeline()).toContainEqual(
    expect.objectContaining({ text: expect.stringMatching(/shows no link .*403/) }),
  )
  expect(await pageOf(loop)).toMatchObject({ writesRefused: null, waiting: { count: 0 } })
})

test('a token that comes back in an error is shown to nobody', async () => {
  const loop = await connectedToSentry()
  const { sentry } = loop
  sentry.answerInstead(({ headers }) => ({
    status: 401,
    body: { detail: `Refused: ${headers.authorization}` },
  }))
  await readIssue(loop, '1')
  const { refusal } = await pageOf(loop)
  expect(refusal).toContain('Refused: Bearer')
  expect(refusal).not.toContain(sentry.token)
})

test('an answer to what was asked before a check does not undo the check', async () => {
  const loop = await connectedToSentry()
  const { t, sentry } = loop
  await askSentry(t.deps, loop.integration.ref, async (client) => {
    t.clock.advance({ seconds: 1 })
    await checkAgain(loop)
    sentry.answerInstead(() => ({ status: 401, body: {} }))
    return client.issue('1')
  })
  expect(await pageOf(loop)).toMatchObject({ readsRefused: null, writesRefused: null })
})

/** With administrators of whom one can be told by mail. */
async function withMail(options: Parameters<typeof mailbox>[0] = {}) {
  const box = await mailbox(options)
  const loop = await connectedToSentry({ environment: { SMTP_URL: box.url, MAIL_FROM } })
  const { t, sentry } = loop
  const told = await t.create.user({ role: 'admin' })
  await addContactMethod(t, told, { address: 'admin@example.com' })
  await addContactMethod(t, await t.create.user({ role: 'admin' }), { verified: false })
  await addContactMethod(t, await t.create.user({ role: 'responder' }))
  sentry.answerInstead(() => ({ status: 401, body: { detail: 'Invalid token' } }))
  await readIssue(loop, '1')
  return { ...loop, box }
}

test('the administrators are told once, by mail, what Sentry refuses and what to do', async () => {
  const { t, box, ...loop } = await withMail()
  const other = await t.anotherServer()
  await Promise.all([tellRefusals(t.deps), tellRefusals(other.deps)])
  t.clock.advance({ hours: 1 })
  await tellRefusals(t.deps)
  expect(box.messages.map(({ to }) => [to].flat().map((one) => one?.text))).toEqual([['admin@example.com']])
  const { subject, text = '' } = box.messages[0]!
  expect(subject).toMatch(/Sentry refuses the token of/)
  for (const words of [
    'Sentry answered 401: Invalid token',
    'Check connection',
    `/integrations/${loop.integration.ref}`,
  ])
    expect(text.replace(/\s+/g, ' ')).toContain(words)

  loop.sentry.answerInstead(null)
  await checkAgain({ t, ...loop } as Loop)
  loop.sentry.answerInstead(() => ({ status: 401, body: {} }))
  await readIssue({ t, ...loop } as Loop, '1')
  await tellRefusals(t.deps)
  expect(box.messages).toHaveLength(2)
})

test('while no mail can be sent they are told later', async () => {
  let isBusy = true
  const { t, box } = await withMail({
    onMailFrom: (_address, _session, callback) =>
      callback(isBusy ? Object.assign(new Error('Try again later'), { responseCode: 451 }) : null),
  })
  await tellRefusals(t.deps)
  isBusy = false
  t.clock.advance({ minutes: 4 })
  await tellRefusals(t.deps)
  expect(box.messages).toEqual([])
  t.clock.advance({ minutes: 1 })
  await tellRefusals(t.deps)
  expect(box.messages).toHaveLength(1)
})

test('where nobody can be told by mail, the page says it alone', async () => {
  const loop = await connectedToSentry()
  loop.sentry.answerInstead(() => ({ status: 401, body: {} }))
  await readIssue(loop, '1')
  await tellRefusals(loop.t.deps)
  const row = await loop.t.db.selectFrom('sentry_connections').selectAll().executeTakeFirstOrThrow()
  expect([row.notice_due_at, row.reads_refused_at]).toEqual([null, loop.t.clock.now()])
})

test('one issue that is kept from the token switches nothing off, and costs its incident what it would add', async () => {
  const loop = await connectedToSentry()
  const { t, sentry } = loop
  const { issue, act } = await incidentOf(loop)
  sentry.answerInstead(({ method, url }) =>
    method === 'GET' && url.includes(`/issues/${issue.id}/`) ? { status: 403, body: DENIED } : undefined,
  )
  expect(await readIssue(loop, issue.id)).toMatchObject({ outcome: 'rejected', status: 403 })
  await act('resolve')
  t.clock.advance({ minutes: 2 })
  await t.runWorker()
  expect(issue.status).toBe('resolved')
  expect(await pageOf(loop)).toMatchObject({ readsRefused: null, refusal: null, waiting: { count: 0 } })
})
