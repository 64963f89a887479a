import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

test.each([
  ['loopback', ['loopback']],
  ['10.0.0.0/8, 192.0.2.7', ['10.0.0.0/8', '192.0.2.7']],
  ['fe80::/64,::1', ['fe80::/64', '::1']],
])('TRUST_PROXY=%s names whom to believe', (TRUST_PROXY, expected) => {
  expect(readConfig({ TRUST_PROXY }).trustProxy).toEqual(expected)
})

test.each([
  'the proxy',
  '10.0.0',
  '10.0.0.0/33',
  '10.0.0.0/8/8',
  '10.0.0.0/',
  'fe80::/129',
  'loopback/8',
  '::1,',
])('TRUST_PROXY=%s is refused', (TRUST_PROXY) =>
  expect(() => readConfig({ TRUST_PROXY })).toThrow(ConfigError),
)

test('an empty variable counts as unset', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '', TRUST_PROXY: '' })).toMatchObject({
    port: 3000,
    databaseUrl: null,
    trustProxy: null,
  })
})
