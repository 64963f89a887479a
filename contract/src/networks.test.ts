import { expect, test } from 'vitest'
import { isPrivateHost } from './networks.ts'

test.each([
  ['http://127.0.0.1:3000', true],
  ['http://localhost:3000', true],
  ['http://opsknight:3000', true],
  ['https://ops.internal', true],
  ['http://OPS.LAN', true],
  ['http://10.1.2.3', true],
  ['http://167838211', true],
  ['http://172.20.0.4', true],
  ['http://192.168.1.5', true],
  ['http://169.254.1.1', true],
  ['http://[::1]:3000', true],
  ['http://[fd00::1]:3000', true],
  ['http://[fe80::1]', true],
  ['http://172.32.0.4', false],
  ['http://[2001:db8::1]', false],
  ['https://10.example.com', false],
  ['https://ops.example.com', false],
])('%s exists only in its own network: %s', (url, expected) => {
  expect(isPrivateHost(new URL(url).hostname)).toBe(expected)
})
