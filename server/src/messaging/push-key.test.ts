import { expect, test } from 'vitest'
import { testApp } from '../testing/test-app.ts'

test('everybody who is signed in gets the same key, made once and kept sealed', async () => {
  const t = await testApp()
  const other = await t.anotherServer()
  const [viewer, responder] = [await t.asRole('viewer'), await other.asRole('responder')]
  const answers = await Promise.all(
    [viewer, responder, viewer].map((person) => person.get('/api/v1/push/key')),
  )
  const [first, ...more] = answers.map(({ body }) => body.publicKey)
  expect(Buffer.from(first, 'base64url')).toHaveLength(65)
  expect(more).toEqual([first, first])
  const rows = await t.db.selectFrom('installation_secrets').selectAll().execute()
  expect(rows).toHaveLength(1)
  expect(rows[0]?.sealed.toString('latin1')).not.toContain(first)
  expect(t.deps.secrets.open(rows[0]?.sealed as Buffer)).toContain(first)
})
