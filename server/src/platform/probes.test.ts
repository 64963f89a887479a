import { expect, test } from 'vitest'
import { testApp } from '../testing/test-app.ts'

test('the probes answer without sign-in, and readiness follows the database', async () => {
  const t = await testApp()
  expect(await t.nobody.get('/healthz')).toMatchObject({ status: 200 })
  expect(await t.nobody.get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } })
})

test('an address that leads nowhere answers with a problem', async () => {
  const t = await testApp()
  expect(await t.nobody.get('/api/nowhere')).toMatchObject({
    status: 404,
    body: { status: 404, code: 'not_found', title: 'Not found', requestId: expect.any(String) },
  })
})
