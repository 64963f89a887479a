import { expect, test } from 'vitest'
import { testApp } from '../testing/test-app.ts'
import { createAuth } from './auth.ts'
import { sessionCookie } from './session-cookie.ts'

const BROWSER = { ip: null, userAgent: null }

test.each(['http://opsknight.test', 'https://opsknight.test'])(
  'at %s a cookie is renewed to the letter as better-auth wrote it, and read back',
  async (OPSKNIGHT_URL) => {
    const t = await testApp({ environment: { OPSKNIGHT_URL } })
    const { id } = await t.create.user()
    const [written = '', ...others] = await createAuth(t.deps).startSession(id, BROWSER)
    const { token } = await t.db.selectFrom('sessions').select('token').executeTakeFirstOrThrow()
    const { read, write } = sessionCookie(t.deps)
    expect(others).toEqual([])
    expect(write(token)).toBe(written)
    const cookie = written.split(';')[0]!
    expect(read({ cookie: `theme=dark; ${cookie}; more=1` })).toBe(token)
  },
)

test('a cookie that we have not signed, or that was changed, is none', async () => {
  const t = await testApp()
  const { read, write } = sessionCookie(t.deps)
  const cookie = write('a-token').split(';')[0]!
  const [name, value = ''] = cookie.split('=')
  expect(read({ cookie })).toBe('a-token')
  for (const wrong of [
    ...['', 'a-token', '.', 'a-token.', value.replace('a-token', 'b-token'), `${value}x`, '%E0%A4%A'],
    ...[value.slice(0, -6), value.replace('a-token', ''), encodeURIComponent(`a-token.${'A'.repeat(43)}=`)],
  ])
    expect(read({ cookie: `${name}=${wrong}` }), wrong).toBeNull()
  expect(read({ cookie: `x${cookie}` })).toBeNull()
  expect(read({})).toBeNull()
  const other = sessionCookie({ ...t.deps, secrets: { ...t.deps.secrets, derive: () => 'another key' } })
  expect(other.read({ cookie })).toBeNull()
})
