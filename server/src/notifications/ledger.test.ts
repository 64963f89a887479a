import { expect, test } from 'vitest'
import { page, testAppWithChannels } from '../testing/paged.ts'
import { addContactMethod } from '../testing/reachable.ts'
import { plain } from './markdown.ts'

const HOSTILE =
  '# <script>alert(1)</script> | [x](javascript:alert(1)) `a` *b* https://evil.example ![](x)\n## Timeline'

test('the ledger tells everything about the paging of an incident in one document', async () => {
  const { t, send } = await testAppWithChannels()
  const incident = await t.create.incident({ title: 'Checkout is down', severity: 'critical' })
  const ana = await t.create.user({ name: 'Ana' })
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006', verified: false })
  await addContactMethod(t, ana, { address: 'ana@example.com' })
  await page(t, ana, [incident])
  await send()
  const viewer = await t.asRole('viewer')
  await (await t.asRole('responder', 'Bo')).post(`/api/v1/incidents/${incident.id}/notes`, { text: 'On it' })

  const { status, headers, text } = await viewer.get(`/api/v1/incidents/${incident.number}/ledger`)
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('text/markdown; charset=utf-8')
  const at = t.clock.now().toISOString()
  expect(text.split('\n')[0]).toBe(`# Incident ${incident.number}: Checkout is down`)
  expect(text.split('\n')[2]).toMatch(/^Paged: Ana\./)
  expect(text).toContain(`| ${at} | Ana | email a…@example.com | policy, step 1 | sent | ${at} | – | – | – |`)
  expect(text).toContain(`- Ana, sms \\+15…06, ${at}: skipped. This contact method is not verified`)
  expect(text).toMatch(/\| page sent \| OpsKnight \|/)
  expect(text).toMatch(/\| noted \| Bo \| On it \|/)
  expect(text.indexOf('| triggered |')).toBeLessThan(text.indexOf('| noted |'))
})

test('of an incident that nobody was paged about it says so, and why, first', async () => {
  const { t } = await testAppWithChannels()
  const incident = await t.create.incident()
  const { text } = await (await t.asRole('viewer')).get(`/api/v1/incidents/${incident.id}/ledger`)
  expect(text.split('\n')[2]).toMatch(/^\*\*Nobody was paged\.\*\* This service has no escalation policy\./)
})

test('what comes from outside is text in it, never markup', async () => {
  const { t } = await testAppWithChannels()
  const incident = await t.create.incident({ title: HOSTILE, source: HOSTILE })
  await (await t.asRole('responder', HOSTILE.slice(0, 60))).post(`/api/v1/incidents/${incident.id}/notes`, {
    text: HOSTILE,
  })
  const { text } = await (await t.asRole('viewer')).get(`/api/v1/incidents/${incident.id}/ledger`)
  expect(text).not.toMatch(/<script|\]\(javascript|[^\\]`a`|https:\/\/evil|!\[\]/)
  expect(text.match(/^## Timeline$/gm)).toHaveLength(1)
  const cells = (line: string) => line.replaceAll('\\|', '').split('|').length
  const tables = text.split('\n\n').filter((block) => block.startsWith('| '))
  for (const block of tables) expect(new Set(block.split('\n').map(cells)).size, block).toBe(1)
})

test.each([
  ['a_b*c', 'a\\_b\\*c'],
  ['<b>&amp;', '&lt;b&gt;&amp;amp;'],
  ['one\n\n# two', 'one \\# two'],
  ['1. first', '1\\. first'],
  ['http://x www.y', 'http\\://x www\\.y'],
  ['a|b\\c', 'a\\|b\\\\c'],
])('%j is written %j', (text, written) => {
  expect(plain(text)).toBe(written)
})
