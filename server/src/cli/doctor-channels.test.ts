import { expect, test } from 'vitest'
import { addContactMethod } from '../testing/reachable.ts'
import { testApp } from '../testing/test-app.ts'
import { channelFindings } from './doctor-channels.ts'

const SMTP_URL = 'smtp://127.0.0.1:9'

test('doctor says by which channels pages can go out, and makes no keys for any of them', async () => {
  const t = await testApp({ environment: { SMTP_URL } })
  await t.db.deleteFrom('installation_secrets').execute()
  const findings = await channelFindings(t.deps)
  expect(findings).toEqual([
    { ok: true, what: expect.stringMatching(/^Pages can go out by: E-mail, .*ntfy, Webhook$/) },
  ])
  expect(findings[0]?.what).not.toContain('SMS')
  expect(await t.db.selectFrom('installation_secrets').selectAll().execute()).toEqual([])
})

test('doctor names channels that people count on and that cannot be used, with what to do', async () => {
  const t = await testApp()
  const [ana, bo, gone] = [await t.create.user(), await t.create.user(), await t.create.user()]
  for (const user of [ana, bo])
    await addContactMethod(t, user, { channel: 'sms', address: `+49151${user.id}` })
  await addContactMethod(t, ana, { verified: false })
  await addContactMethod(t, gone)
  await t.db.updateTable('users').set({ disabled_at: t.clock.now() }).where('id', '=', gone.id).execute()
  expect(await wrongOf(t)).toEqual([
    {
      ok: false,
      what: 'SMS cannot be used, and 2 people have contact methods on it',
      fix: expect.stringMatching(/^Not set up: /),
    },
  ])
})

test('doctor names channels whose settings the secret key does not open', async () => {
  const t = await testApp()
  const sealed = Buffer.from('sealed with another key')
  await t.db
    .insertInto('channel_settings')
    .values({ channel: 'telegram', sealed, updated_at: t.clock.now() })
    .execute()
  expect(await wrongOf(t)).toEqual([
    {
      ok: false,
      what: 'Telegram is set up and cannot be used',
      fix: expect.stringContaining('OPSKNIGHT_SECRET_KEY'),
    },
  ])
})

const wrongOf = async ({ deps }: Awaited<ReturnType<typeof testApp>>) =>
  (await channelFindings(deps)).filter(({ ok }) => !ok)
