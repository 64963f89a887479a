import { expect, test } from 'vitest'
import { type Client, testApp } from '../testing/test-app.ts'

const setUp = async () => {
  const t = await testApp()
  const ana = await t.asRole('responder', 'Ana Example')
  /** The titles of a list, in its order. */
  const titles = async (query = '', client: Client = ana) => {
    const { status, body } = await client.get(`/api/v1/incidents${query}`)
    expect(status, JSON.stringify(body)).toBe(200)
    return (body.items as { title: string }[]).map(({ title }) => title)
  }
  const act = (id: string, action: string, body?: object) =>
    ana.post(`/api/v1/incidents/${id}/${action}`, body)
  return { ...t, ana, titles, act, later: t.clock.now().getTime() + 3_600_000 }
}

test('a row says what a list needs to show', async () => {
  const t = await setUp()
  const service = await t.create.service({ name: 'Checkout' })
  const on = await t.create.integration({}, { type: 'events', serviceId: service.id })
  const { id } = await t.create.incident({ on, dedupKey: 'disk', title: 'Disk is full', source: 'db1' })
  const at = t.clock.now().toISOString()
  expect((await t.ana.get('/api/v1/incidents')).body).toEqual({
    items: [
      {
        id,
        number: 1,
        title: 'Disk is full',
        status: 'open',
        severity: 'error',
        urgency: 'medium',
        serviceId: service.id,
        serviceName: 'Checkout',
        source: 'db1',
        dedupKey: 'disk',
        link: null,
        eventCount: 1,
        firstEventAt: at,
        lastEventAt: at,
        createdAt: at,
        acknowledgedAt: null,
        acknowledgedBy: null,
        resolvedAt: null,
        resolvedBy: null,
        snoozedUntil: null,
        assignedTo: null,
      },
    ],
    nextCursor: null,
  })
})

test('the list is filtered by status, repeatable, and "active" is all but resolved', async () => {
  const { create, act, titles, ana, later } = await setUp()
  const names = ['open', 'acknowledged', 'snoozed', 'resolved'] as const
  const ids: Record<string, string> = {}
  for (const title of names) ids[title] = (await create.incident({ title })).id
  await act(ids.acknowledged!, 'acknowledge')
  await act(ids.snoozed!, 'snooze', { until: new Date(later).toISOString() })
  await act(ids.resolved!, 'resolve')

  for (const title of names) expect(await titles(`?status=${title}`)).toEqual([title])
  expect(await titles('?status=suppressed')).toEqual([])
  expect(await titles('?status=open&status=resolved')).toEqual(['resolved', 'open'])
  expect(await titles('?status=active')).toEqual(['snoozed', 'acknowledged', 'open'])
  expect(await titles('?status=active&status=open')).toEqual(['snoozed', 'acknowledged', 'open'])
  expect(await titles('?status=resolved&status=active')).toEqual([
    'resolved',
    'snoozed',
    'acknowledged',
    'open',
  ])
  expect(await titles()).toEqual(['resolved', 'snoozed', 'acknowledged', 'open'])
  for (const wrong of [
    '?status=closed',
    '?status=',
    '?severity=fatal',
    '?limit=0',
    '?limit=201',
    '?limit=many',
  ]) {
    expect(await ana.get(`/api/v1/incidents${wrong}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
  }
})

test('the list is filtered by service, severity and key, and the filters add up', async () => {
  const { create, titles } = await setUp()
  const one = await create.incident({ title: 'one', severity: 'critical', dedupKey: 'disk' })
  const two = await create.incident({ title: 'two', severity: 'info', dedupKey: 'disk' })
  await create.incident({ on: one.integration, title: 'three', severity: 'info', dedupKey: 'cpu' })

  expect(await titles(`?serviceId=${one.serviceId}`)).toEqual(['three', 'one'])
  expect(await titles(`?serviceId=${one.serviceId}&serviceId=${two.serviceId}`)).toEqual([
    'three',
    'two',
    'one',
  ])
  expect(await titles('?severity=info')).toEqual(['three', 'two'])
  expect(await titles('?severity=info&severity=critical')).toEqual(['three', 'two', 'one'])
  expect(await titles('?dedupKey=disk')).toEqual(['two', 'one'])
  expect(await titles(`?dedupKey=disk&serviceId=${one.serviceId}&status=active`)).toEqual(['one'])
  expect(await titles(`?serviceId=${one.serviceId}&severity=info&q=thr`)).toEqual(['three'])
  expect(await titles('?dedupKey=')).toEqual([])
  const named = `serviceId=${one.serviceId}&serviceId=${one.serviceId.toUpperCase()}&severity=info&severity=info`
  expect(await titles(`?${named}&severity=critical&status=open&status=resolved`)).toEqual(['three', 'one'])
  for (const nobodys of ['nonsense', '%00', "'", '00000000-0000-4000-8000-000000000000']) {
    expect(await titles(`?serviceId=${nobodys}`)).toEqual([])
  }
})

test('a key that was too long to store is found by its whole text', async () => {
  const { ana, create, titles } = await setUp()
  const { serviceId } = await create.incident({ title: 'short' })
  const dedupKey = `${'🔥'.repeat(300)} of a very long name`
  const { body } = await ana.post('/api/v1/incidents', { serviceId, title: 'long', dedupKey })
  expect([...body.dedupKey]).toHaveLength(255)
  expect(await titles(`?dedupKey=${encodeURIComponent(dedupKey)}`)).toEqual(['long'])
  expect(await titles(`?dedupKey=${encodeURIComponent(body.dedupKey)}`)).toEqual(['long'])
})

test('search finds parts of words of title, source and key, all of them, in any case', async () => {
  const { create, titles } = await setUp()
  await create.incident({
    title: 'TypeError: reading "id"',
    source: 'Sentry - Checkout',
    dedupKey: 'sentry-81',
  })
  await create.incident({ title: 'Disk is full', source: 'db1', dedupKey: 'disk-db1' })

  const found = (q: string) => titles(`?q=${encodeURIComponent(q)}`)
  expect(await found('typeerr')).toEqual(['TypeError: reading "id"'])
  expect(await found('  check   READING ')).toEqual(['TypeError: reading "id"'])
  expect(await found('sentry-8')).toEqual(['TypeError: reading "id"'])
  expect(await found('disk check')).toEqual([])
  expect(await found('db1')).toEqual(['Disk is full'])
  expect(await found('   ')).toHaveLength(2)
})

test('a number finds its incident, and texts with that number', async () => {
  const { create, titles } = await setUp()
  await create.incident({ title: 'first' })
  await create.incident({ title: 'second, after 1 minute' })
  await create.incident({ title: 'third', dedupKey: 'k' })
  const found = (q: string) => titles(`?q=${encodeURIComponent(q)}`)
  expect(await found('#3')).toEqual(['third'])
  expect(await found('2')).toContain('second, after 1 minute')
  expect(await found('#1')).toEqual(['first'])
  expect(await found('#4')).toEqual([])
  expect(await found('9007199254740993')).toEqual([])
})

test('what means something to LIKE means itself in a search', async () => {
  const { create, titles } = await setUp()
  for (const title of ['CPU at 100%', 'snake_case', 'snakeXcase', 'C:\\temp'])
    await create.incident({ title, source: 'x', dedupKey: `key ${title}` })
  const found = (q: string) => titles(`?q=${encodeURIComponent(q)}`)
  expect(await found('100%')).toEqual(['CPU at 100%'])
  expect(await found('%')).toEqual(['CPU at 100%'])
  expect(await found('snake_')).toEqual(['snake_case'])
  expect(await found('_')).toEqual(['snake_case'])
  expect(await found('C:\\t')).toEqual(['C:\\temp'])
  expect(await found('\\')).toEqual(['C:\\temp'])
})

test('text that PostgreSQL cannot hold is no error', async () => {
  const { create, titles } = await setUp()
  await create.incident({ title: 'one' })
  expect(await titles('?q=%00one%00')).toEqual(['one'])
  expect(await titles('?q=%ED%A0%80')).toEqual([])
  expect(await titles('?dedupKey=%00')).toEqual([])
})

test('pages follow one another without a gap or a repeat while new incidents arrive', async () => {
  const { create, ana } = await setUp()
  for (let count = 1; count <= 7; count += 1) await create.incident({ title: `old ${count}` })

  const seen: string[] = []
  let cursor = ''
  do {
    const { body } = await ana.get(`/api/v1/incidents?limit=3${cursor}`)
    seen.push(...body.items.map(({ title }: { title: string }) => title))
    await create.incident({ title: 'new' })
    cursor = body.nextCursor && `&cursor=${body.nextCursor}`
  } while (cursor)
  expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map((count) => `old ${count}`))
})

test('a page that ends with the last incident says that there is no next one', async () => {
  const { create, ana } = await setUp()
  await create.incident()
  await create.incident()
  expect((await ana.get('/api/v1/incidents?limit=2')).body.nextCursor).toBeNull()
  expect((await ana.get('/api/v1/incidents?limit=1')).body.nextCursor).toEqual(expect.any(String))
})

test('a cursor that no page gave is refused with its name', async () => {
  const { create, ana } = await setUp()
  const { id } = await create.incident()
  for (const url of ['/api/v1/incidents', `/api/v1/incidents/${id}/timeline`]) {
    for (const cursor of ['nonsense', '-1', '%00', '1e9', '9'.repeat(30)]) {
      expect(await ana.get(`${url}?cursor=${cursor}`), cursor).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', errors: [{ path: 'cursor' }] },
      })
    }
    expect((await ana.get(`${url}?cursor=`)).body.items).toHaveLength(1)
  }
})

test('counts are of active incidents by status', async () => {
  const { create, act, ana } = await setUp()
  const counts = async () => (await ana.get('/api/v1/incidents/counts')).body
  expect(await counts()).toEqual({ open: 0, acknowledged: 0, snoozed: 0, suppressed: 0 })
  const incidents = [await create.incident(), await create.incident(), await create.incident()]
  await act(incidents[0]!.id, 'acknowledge')
  await act(incidents[1]!.id, 'resolve')
  expect(await counts()).toEqual({ open: 1, acknowledged: 1, snoozed: 0, suppressed: 0 })
})

test('a viewer reads everything and acts on nothing', async () => {
  const { create, asRole } = await setUp()
  const { id, serviceId } = await create.incident()
  const viewer = await asRole('viewer')
  for (const path of ['', '/counts', `/${id}`, `/${id}/timeline`]) {
    expect((await viewer.get(`/api/v1/incidents${path}`)).status).toBe(200)
  }
  for (const [path, body] of [
    [`/${id}/acknowledge`, undefined],
    ['/bulk', { ids: [id], action: 'resolve' }],
    ['', { serviceId, title: 'By hand' }],
  ] as const) {
    expect(await viewer.post(`/api/v1/incidents${path}`, body)).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
  }
  expect((await viewer.get(`/api/v1/incidents/${id}`)).body).toMatchObject({ status: 'open', eventCount: 1 })
})
