import { expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { CUT_BODY_BYTES, STORED_BYTES_PER_MINUTE } from './budget.ts'

const KIBIBYTE = 1024
const alert = (id: number, bytes: number) => {
  const empty = JSON.stringify({ action: 'created', issue: { id, title: 'Broken' }, more: '' })
  return empty.replace('"more":""', `"more":"${'x'.repeat(bytes - empty.length)}"`)
}

/** As if this much had been stored in the present minute. */
const useUp = ({ db }: TestApp, bytes: number) =>
  db.updateTable('integration_minutes').set({ stored_bytes: bytes }).execute()

const stored = async ({ db }: TestApp) => {
  const rows = await db
    .selectFrom('deliveries')
    .select(['body', 'body_bytes', 'body_truncated'])
    .orderBy('id')
    .execute()
  return rows.map(({ body, body_bytes, body_truncated }) => [
    body?.length ?? null,
    body_bytes,
    body_truncated,
  ])
}

test('beyond the bytes of a minute large bodies are cut to 64 KiB first; smaller ones are kept whole', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: null })
  const [large, small] = [100 * KIBIBYTE, 10 * KIBIBYTE]
  await t.deliver(sentry, alert(1, large))
  await useUp(t, STORED_BYTES_PER_MINUTE - large)
  for (const [index, bytes] of [large, large, small].entries()) {
    expect((await t.deliver(sentry, alert(index, bytes))).status).toBe(202)
  }
  expect(await stored(t)).toEqual([
    [large, large, false],
    [large, large, false],
    [CUT_BODY_BYTES, large, true],
    [small, small, false],
  ])
  t.clock.advance({ minutes: 1 })
  await t.deliver(sentry, alert(9, large))
  expect((await stored(t)).at(-1)).toEqual([large, large, false])
})

test('beyond the number of bodies none is stored, cut or not', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: null, storedBodiesPerMinute: 2 })
  await t.deliver(sentry, alert(1, 1_000))
  await useUp(t, STORED_BYTES_PER_MINUTE)
  for (const id of [2, 3]) await t.deliver(sentry, alert(id, 100 * KIBIBYTE))
  expect(await stored(t)).toEqual([
    [1_000, 1_000, false],
    [CUT_BODY_BYTES, 100 * KIBIBYTE, true],
    [null, 100 * KIBIBYTE, false],
  ])
})

test('a body that was cut is a whole alert that cannot be replayed', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  await t.deliver(sentry, alert(1, 1_000))
  await useUp(t, STORED_BYTES_PER_MINUTE)
  const { body, headers } = await t.deliver(sentry, alert(2, 100 * KIBIBYTE))
  expect(body.result).toMatchObject({ action: 'triggered', incident: { title: 'Broken' } })
  const responder = await t.asRole('responder')
  expect(await responder.post(`/api/v1/deliveries/${headers['opsknight-delivery-id']}/replay`)).toMatchObject(
    {
      status: 409,
      body: { code: 'delivery_truncated' },
    },
  )
})

test('two servers share the bytes of a minute', async () => {
  const t = await testApp()
  const other = await t.anotherServer()
  const sentry = await t.create.integration()
  const bytes = 100 * KIBIBYTE
  await t.deliver(sentry, alert(0, bytes))
  await useUp(t, STORED_BYTES_PER_MINUTE - 5 * bytes)
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? t : other).deliver(sentry, alert(index % 4, bytes)),
    ),
  )
  const whole = (await stored(t)).filter(([, , isCut]) => !isCut)
  expect(whole).toHaveLength(1 + 5)
})

test('replays keep their bodies, whatever the minute has stored', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const bytes = 100 * KIBIBYTE
  const { headers } = await t.deliver(sentry, alert(1, bytes))
  await useUp(t, STORED_BYTES_PER_MINUTE)
  const responder = await t.asRole('responder')
  await responder.post(`/api/v1/deliveries/${headers['opsknight-delivery-id']}/replay`)
  expect((await stored(t)).at(-1)).toEqual([bytes, bytes, false])
})
