import { expect, test } from 'vitest'
import { Channel, type ChannelField, ChannelField as Field } from '#contract/channels.ts'
import { channelExamples } from '../testing/channel-examples.ts'
import { mailbox } from '../testing/mailbox.ts'
import { everyMessage, pagedIncident, pageMessage } from '../testing/messages.ts'
import { type Answering, provider, rawProvider } from '../testing/provider.ts'
import { sendOver } from '../testing/send-over.ts'
import { channelOf, channels } from './index.ts'
import type { Message } from './types.ts'

// What every channel is held to, whatever its provider. A new one needs a line in the registry and an example.

const ids = channels.map(({ id }) => id)
const NOW = new Date()
const LIMITS = { connectMs: 200, silentMs: 200, wholeMs: 400 }

function definitionOf(id: Channel) {
  const definition = channelOf(id)
  if (!definition) throw new Error(`${id} is not in the registry`)
  return definition
}

const send = (
  channel: Channel,
  url: string,
  message: Message = pageMessage(),
  signal = new AbortController().signal,
) => {
  const { values, address } = channelExamples[channel]
  return sendOver({
    channel,
    values: values(url),
    address: address(url),
    message,
    limits: LIMITS,
    now: NOW,
    signal,
  })
}

/** Refusals of a mail server, for the test of the mail channel. */
const smtpRefusal = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode })

/** A provider that answers so; of a mail server so many hundreds are its code. */
async function providerAnswering(
  channel: Channel,
  status: number,
  text: (got: { url: string; headers: object; body: string }) => string,
) {
  if (channel === 'email') {
    const code = status === 429 || status >= 500 ? 451 : 550
    return mailbox({
      onRcptTo: ({ address }, _session, callback) =>
        callback(smtpRefusal(code, `No, madeup-password-1 and <${address}>`)),
    })
  }
  return provider((got) => ({ status, body: text({ ...got, headers: got.headers }) }))
}

async function providerThatTakes(channel: Channel, answer?: Answering) {
  if (channel === 'email') {
    const box = await mailbox()
    return { url: box.url, count: () => box.messages.length }
  }
  const { taken } = channelExamples[channel]
  const made = await provider(answer ?? (() => taken))
  return { url: made.url, count: () => made.received.length }
}

test('every channel of the contract is in the registry', () => {
  expect([...ids].sort()).toEqual([...Channel.options].sort())
})

test.each(ids)('%s describes its form, and takes from the environment only what it describes', (id) => {
  const { name, description, settingsFields, environment, addressField } = definitionOf(id)
  expect([name, description].every((text) => text.length > 2)).toBe(true)
  for (const field of [...settingsFields, addressField]) expect(Field.safeParse(field).error).toBeUndefined()
  const names = settingsFields.map((field: ChannelField) => field.name)
  expect(new Set(names).size).toBe(names.length)
  expect(Object.values(environment).filter((field) => !names.includes(field))).toEqual([])
  expect(Object.keys(environment).every((variable) => /^[A-Z][A-Z0-9_]+$/.test(variable))).toBe(true)
})

test.each(ids)('%s knows a good address from a bad one, and says what a good one looks like', (id) => {
  const { checkAddress, isAddressSecret } = definitionOf(id)
  const example = channelExamples[id]
  const good = example.address('https://provider.example.com')
  const checked = checkAddress(`  ${good}\n`)
  expect(checked).toHaveProperty('address')
  if (!('address' in checked)) return
  expect(checkAddress(checked.address)).toMatchObject({ address: checked.address })
  if (isAddressSecret) expect(checked.shown).not.toContain(checked.address)
  for (const bad of example.badAddresses) {
    const refused = checkAddress(bad)
    expect(refused, bad).toHaveProperty('problem')
    if ('problem' in refused) expect(refused.problem.length).toBeGreaterThan(15)
  }
})

test.each(ids)('%s never throws at what people type as settings', (id) => {
  const { settingsFields, readSettings } = definitionOf(id)
  for (const value of ['', ' ', 'x', 'https://', '\u0000', '{{', 'ftp://x', '💥'.repeat(200)]) {
    const values = Object.fromEntries(settingsFields.map(({ name }) => [name, value]))
    const read = readSettings(values)
    if (read) expect('settings' in read || read.problem.length > 10).toBe(true)
  }
})

test.each(ids)('%s sends a message of every kind', async (id) => {
  const { url, count } = await providerThatTakes(id)
  for (const message of everyMessage) {
    const before = count()
    expect(await send(id, url, message), message.kind).toMatchObject({ outcome: 'sent' })
    expect(count()).toBeGreaterThan(before)
  }
})

test.each(ids)('%s says what no markup may hold', async (id) => {
  const { url } = await providerThatTakes(id)
  const title = `Disk\uffff \ufffe\u0000 is full ${'😀'.repeat(500)}`
  const incidents = Array.from({ length: 30 }, (_, at) => pagedIncident({ number: at, title }))
  expect(await send(id, url, pageMessage({ incidents }))).toMatchObject({ outcome: 'sent' })
})

test.each(ids)('%s names the secrets that go where its settings say', (id) => {
  const { settingsFields, sentTo = {} } = definitionOf(id)
  const places = settingsFields.filter(({ kind }) => kind === 'url').map(({ name }) => name)
  expect(Object.keys(sentTo)).toEqual(expect.arrayContaining(places))
})

test.each(ids)('%s is tried again where the provider has too much to do, or is broken', async (id) => {
  for (const status of [429, 500, 503]) {
    const { url } = await providerAnswering(id, status, () => 'later')
    expect(await send(id, url), String(status)).toMatchObject({ outcome: 'retry' })
  }
})

test.each(ids)(
  '%s is not tried again where the provider refuses, and no reason holds a credential or the address',
  async (id) => {
    for (const status of [400, 401, 403]) {
      const { url } = await providerAnswering(id, status, (got) =>
        JSON.stringify({ message: `${got.url} ${JSON.stringify(got.headers)} ${got.body}` }),
      )
      const outcome = await send(id, url)
      expect(outcome, String(status)).toMatchObject({ outcome: 'failed' })
      const reason = 'reason' in outcome ? outcome.reason : ''
      expect(reason.length).toBeGreaterThan(10)
      expect(reason.length).toBeLessThan(600)
      const { credentials, address } = channelExamples[id]
      for (const hidden of [...credentials(url), address(url).replace(/^\+/, '')])
        expect(reason).not.toContain(hidden)
    }
  },
)

test.each(ids)('%s gives a provider that hangs up within its time, and is tried again', async (id) => {
  const { url } = await rawProvider(() => {})
  const stop = AbortSignal.timeout(600)
  expect(
    await send(id, id === 'email' ? url.replace('http:', 'smtp:') : url, pageMessage(), stop),
  ).toMatchObject({ outcome: 'retry' })
})

test.each(ids)('%s is tried again where something else than the provider speaks', async (id) => {
  const { url } = await rawProvider((socket) => socket.end('garbage\r\n\u0000\u0001\r\n\r\n'))
  expect(await send(id, id === 'email' ? url.replace('http:', 'smtp:') : url)).toMatchObject({
    outcome: 'retry',
  })
})

test.each(ids.filter((id) => id !== 'email'))(
  '%s expects that a proxy answers for the provider',
  async (id) => {
    for (const body of ['<html>Please sign in</html>', '', 'null', '[]', '{"ok":"maybe"}', '{']) {
      const { url } = await provider(() => ({ status: 200, body }))
      const outcome = await send(id, url)
      if (outcome.outcome !== 'sent') expect(outcome.reason).not.toContain('did not expect')
    }
  },
)

test.each(ids.filter((id) => id !== 'email'))('%s passes on nothing that cannot be stored', async (id) => {
  for (const strange of ['\u0000', { toString: 1 }, '1'.repeat(20_000)]) {
    const body = { ok: true, id: strange, sid: strange, ts: strange, channel: { id: strange } }
    const { url } = await provider(() => ({
      status: 200,
      body: { ...body, result: { message_id: strange } },
    }))
    const outcome = await send(id, url)
    const told = 'reason' in outcome ? outcome.reason : ('providerId' in outcome && outcome.providerId) || ''
    expect([typeof told, told.length < 600, told.includes('\u0000')]).toEqual(['string', true, false])
  }
})

test.each(ids.filter((id) => id !== 'email'))(
  '%s goes to no private address that nobody has allowed',
  async (id) => {
    const { values, address } = channelExamples[id]
    const made = await provider()
    const outcome = await sendOver({
      ...{
        channel: id,
        values: values(made.url),
        address: address(made.url),
        message: pageMessage(),
        now: NOW,
      },
      allow: [],
    })
    expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('private address') })
    expect(made.received).toEqual([])
  },
)
