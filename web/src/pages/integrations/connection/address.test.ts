import { expect, test } from 'vitest'
import { placeIn, settingsPageOf } from './address.ts'

test.each([
  ['https://sentry.io', 'https://sentry.io', null],
  ['https://sentry.io/', 'https://sentry.io', null],
  ['https://de.sentry.io', 'https://de.sentry.io', null],
  ['sentry.io/organizations/acme/issues/4/', 'https://sentry.io', 'acme'],
  ['https://acme.sentry.io/issues/4/?project=1', 'https://sentry.io', 'acme'],
  ['https://acme.sentry.io/settings/projects/shop/', 'https://sentry.io', 'acme'],
  ['https://sentry.io/settings/acme/developer-settings/', 'https://sentry.io', 'acme'],
  ['https://sentry.io/settings/account/api/', 'https://sentry.io', null],
  ['http://10.0.0.7:9000', 'http://10.0.0.7:9000', null],
  ['http://10.0.0.7:9000/organizations/sentry/issues/', 'http://10.0.0.7:9000', 'sentry'],
  ['https://tools.example.com/sentry/', 'https://tools.example.com/sentry', null],
  ['https://tools.example.com/sentry/organizations/acme/', 'https://tools.example.com/sentry', 'acme'],
  ['', '', null],
  ['not an address', 'not an address', null],
])('%s is Sentry at %s, organization %s', (text, url, organization) => {
  expect(placeIn(text)).toEqual({ url, organization })
})

test.each([
  ['https://sentry.io', 'https://sentry.io/settings/acme/developer-settings/opsknight-1a/'],
  ['https://us.sentry.io', 'https://sentry.io/settings/acme/developer-settings/opsknight-1a/'],
  ['http://10.0.0.7:9000', 'http://10.0.0.7:9000/settings/acme/developer-settings/opsknight-1a/'],
])('the internal integration of %s has its page at %s', (url, page) => {
  expect(settingsPageOf({ url, organization: 'acme' }, 'opsknight-1a')).toBe(page)
  expect(settingsPageOf({ url, organization: 'acme' }, null)).toBeNull()
})
