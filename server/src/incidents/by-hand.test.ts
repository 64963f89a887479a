import { expect, test } from 'vitest'
import { testApp } from '../testing/test-app.ts'

const setUp = async () => {
  const t = await testApp()
  const anaUser = await t.create.user({ name: 'Ana Example' })
  const ana = await t.as(anaUser)
  const service = await t.create.service({ name: 'Checkout' })
  const report = (given: object) => ana.post('/api/v1/incidents', given)
  return { ...t, ana, anaUser, service, report }
}

test('a person reports a problem: it pages like any other', async () => {
  const { report, service, anaUser, clock, db } = await setUp()
  const description = 'Nobody can pay.\nSince the deploy.'
  const answer = await report({
    serviceId: service.id,
    title: ' Checkout is down ',
    severity: 'critical',
    description,
  })
  expect(answer).toMatchObject({
    status: 201,
    body: {
      number: 1,
      title: 'Checkout is down',
      description,
      status: 'open',
      severity: 'critical',
      urgency: 'high',
      serviceName: 'Checkout',
      source: 'Ana Example',
      integration: null,
      dedupKey: expect.any(String),
      eventCount: 1,
      paging: { state: 'due' },
      timeline: [{ kind: 'triggered', actor: { kind: 'user', id: anaUser.id, name: 'Ana Example' } }],
    },
  })
  expect(
    await db.selectFrom('escalations').select(['incident_id', 'due_at', 'step', 'only_user_id']).execute(),
  ).toEqual([{ incident_id: answer.body.id, due_at: clock.now(), step: 0, only_user_id: null }])
})

test('without a key every report is a problem of its own; with the key of an active one it is a repeat', async () => {
  const { report, service } = await setUp()
  const given = { serviceId: service.id, title: 'Down' }
  expect([(await report(given)).body.number, (await report(given)).body.number]).toEqual([1, 2])

  const first = await report({ ...given, dedupKey: 'checkout' })
  const second = await report({ ...given, dedupKey: 'checkout', title: 'Still down' })
  expect([first.status, second.status]).toEqual([201, 200])
  expect(second.body).toMatchObject({ id: first.body.id, title: 'Down', eventCount: 2, severity: 'error' })
})

test('what makes no sense is refused with the field that is wrong', async () => {
  const { report, service, ana } = await setUp()
  const good = { serviceId: service.id, title: 'Down' }
  for (const [given, path] of [
    [{ ...good, title: ' ' }, 'title'],
    [{ ...good, title: 'x'.repeat(501) }, 'title'],
    [{ ...good, severity: 'fatal' }, 'severity'],
    [{ ...good, dedupKey: '' }, 'dedupKey'],
    [{ title: 'Down' }, 'serviceId'],
  ] as const) {
    expect(await report(given)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path }] },
    })
  }
  for (const serviceId of ['nonsense', '00000000-0000-4000-8000-000000000000']) {
    expect(await report({ ...good, serviceId })).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
  expect(await ana.post('/api/v1/incidents')).toMatchObject({
    status: 400,
    body: { code: 'invalid_request' },
  })
  expect((await ana.get('/api/v1/incidents')).body.items).toEqual([])
})
