import { expect, test } from 'vitest'
import { createIngest } from '../alerts/ingest.ts'
import type { AlertEvent } from '../integrations/types.ts'
import { testApp } from '../testing/test-app.ts'

// Under which names an incident is found: its key, and the aliases of the events about it.

const setUp = async () => {
  const t = await testApp()
  const { id: serviceId } = await t.create.service()
  const ingest = createIngest(t.deps)
  const actor = { kind: 'system', id: null, name: 'test' } as const
  const say = async (action: AlertEvent['action'], dedupKey: string, aliases: string[] = []) => {
    const event: AlertEvent = {
      ...{ action, dedupKey, aliases, title: dedupKey, severity: 'error' },
      ...{ source: 'test', link: null, details: {}, occurredAt: null },
    }
    const { result } = await ingest.submit({
      ...{ at: t.clock.now(), serviceId, actor, source: null, delivery: null, isReplay: false },
      verdict: { outcome: 'events', events: [event] },
    })
    return `${result?.action} ${result?.incident?.number ?? ''}`.trim()
  }
  const names = async () => {
    const rows = await t.db
      .selectFrom('incident_aliases as a')
      .innerJoin('incidents as i', 'i.id', 'a.incident_id')
      .select(['a.alias', 'i.number'])
      .orderBy('a.alias')
      .execute()
    return rows.map(({ alias, number }) => `${alias} is ${number}`)
  }
  return { ...t, say, names }
}

test('an incident is found by every name that it had', async () => {
  const { say, names } = await setUp()
  expect(await say('trigger', 'metric-1', ['rule-7'])).toBe('triggered 1')
  expect(await say('trigger', 'metric-2', ['rule-7'])).toBe('deduplicated 1')
  expect(await names()).toEqual(['metric-2 is 1', 'rule-7 is 1'])
  expect(await say('resolve', 'metric-2')).toBe('resolved 1')
})

test('the names of what is resolved are free again', async () => {
  const { say, names } = await setUp()
  await say('trigger', 'metric-1', ['rule-7'])
  await say('resolve', 'metric-1')
  expect(await names()).toEqual([])
  expect(await say('resolve', 'rule-7')).toBe('ignored')
  expect(await say('trigger', 'rule-7')).toBe('triggered 2')
})

test('a name that an active incident has stays with it', async () => {
  const { say, names } = await setUp()
  await say('trigger', 'one')
  await say('trigger', 'two')
  expect(await say('trigger', 'one', ['two', 'three'])).toBe('deduplicated 1')
  expect(await say('trigger', 'two', ['one', 'three'])).toBe('deduplicated 2')
  expect(await names()).toEqual(['three is 1'])
})

test('of several names the first that is known decides', async () => {
  const { say } = await setUp()
  await say('trigger', 'one')
  await say('trigger', 'two')
  expect(await say('trigger', 'new', ['two', 'one'])).toBe('deduplicated 2')
})

test('a name goes over to the next incident when one ends and the next begins in the same moment', async () => {
  const { say, names } = await setUp()
  await say('trigger', 'metric-1', ['rule-7', 'rule-8'])
  // The first of these commits alone; the others go together into the next commit.
  const results = await Promise.all([
    say('trigger', 'something else'),
    say('resolve', 'metric-1'),
    say('trigger', 'metric-1', ['rule-7']),
  ])
  expect(results).toEqual(['triggered 2', 'resolved 1', 'triggered 3'])
  expect(await names()).toEqual(['rule-7 is 3'])
  expect(await say('trigger', 'metric-2', ['rule-7'])).toBe('deduplicated 3')
})

test('what begins, ends and begins again in one moment is two incidents, each with its whole timeline', async () => {
  const { say, names, db } = await setUp()
  const results = await Promise.all([
    say('trigger', 'something else'),
    say('trigger', 'a', ['b']),
    say('resolve', 'b'),
    say('trigger', 'a', ['b']),
    say('trigger', 'b'),
  ])
  expect(results).toEqual(['triggered 1', 'triggered 2', 'resolved 2', 'triggered 3', 'deduplicated 3'])
  const rows = await db
    .selectFrom('incidents as i')
    .leftJoin('incidents as p', 'p.id', 'i.previous_id')
    .leftJoin('escalations as e', 'e.incident_id', 'i.id')
    .select(['i.number', 'i.status', 'i.event_count', 'p.number as before', 'e.step'])
    .orderBy('i.number')
    .execute()
  expect(rows).toMatchObject([
    { number: 1 },
    { number: 2, status: 'resolved', event_count: 1, before: null, step: null },
    { number: 3, status: 'open', event_count: 2, before: 2, step: 0 },
  ])
  expect(await names()).toEqual(['b is 3'])
})
