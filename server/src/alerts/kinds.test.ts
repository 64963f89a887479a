import { expect, test } from 'vitest'
import { testApp } from '../testing/test-app.ts'

test('a sender that makes up new kinds of message without end makes rows for the first fifty only', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  for (let number = 1; number <= 60; number += 1) {
    await t.deliver(sentry, {}, { headers: { 'sentry-hook-resource': `kind_${number}` } })
  }
  t.clock.advance({ minutes: 5 })
  await t.deliver(sentry, {}, { headers: { 'sentry-hook-resource': 'kind_1' } })

  const kinds = await t.db.selectFrom('integration_kinds').select(['kind', 'last_at']).execute()
  expect(kinds).toHaveLength(50)
  expect(kinds.find(({ kind }) => kind === 'kind_1')?.last_at).toEqual(t.clock.now())
})

test('a delivery log asked for an incident that cannot be lists nothing', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  await t.deliver(sentry, {}, { headers: { 'sentry-hook-resource': 'kind' } })
  const viewer = await t.asRole('viewer')
  const log = (query: string) => viewer.get(`/api/v1/integrations/${sentry.ref}/deliveries${query}`)
  expect((await log('')).body.items).toHaveLength(1)
  expect((await log('?incidentId=nonsense')).body.items).toEqual([])
})
