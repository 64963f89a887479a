import { expect, test } from 'vitest'
import { everyMessage, pagedIncident, pageMessage } from '../../testing/messages.ts'
import { sendOver } from '../../testing/send-over.ts'
import { twilio } from '../../testing/twilio.ts'
import { spokenPage } from './spoken.ts'

const TO = '+4915123456789'

test('a call says what is wrong and takes a key, which goes to the address of this page', async () => {
  const { values, received } = await twilio()
  const outcome = await sendOver({ channel: 'voice', values, address: TO, message: pageMessage() })
  expect(outcome).toEqual({ outcome: 'sent', providerId: 'CA0001' })
  expect(received[0]?.url).toBe(`/2010-04-01/Accounts/${values.accountSid}/Calls.json`)
  const form = new URLSearchParams(received[0]?.body)
  expect([form.get('To'), form.get('From')]).toEqual([TO, values.from])
  expect(form.get('StatusCallback')).toBe('http://opsknight.test/api/replies/twilio/call-status')
  const twiml = form.get('Twiml') ?? ''
  expect(twiml).toContain('Incident 42, critical, on Shop: Checkout is down.')
  expect(twiml).toContain('action="http://opsknight.test/api/replies/twilio/voice/tok-en"')
  expect(twiml).toContain('Press 4 to acknowledge. Press 6 to resolve.')
})

test('a code is spoken digit by digit', async () => {
  const code = everyMessage.find(({ kind }) => kind === 'code')
  expect(code && (await spokenPage(code, null))).toContain('3, 1, 4, 1, 5, 9')
})

test('what comes from outside is spoken, and is no TwiML', async () => {
  const title = '</Say><Dial>+1900</Dial>'
  const twiml = await spokenPage(
    pageMessage({ incidents: [pagedIncident({ title })] }),
    'https://x.example.com/k',
  )
  expect(twiml).not.toContain('<Dial>')
  expect(twiml).toContain('Dial')
})

test('however much there is to say, it fits', async () => {
  const incidents = Array.from({ length: 30 }, (_, at) =>
    pagedIncident({ number: at + 1, title: '<&😀'.repeat(400) }),
  )
  const twiml = await spokenPage(pageMessage({ incidents }), 'https://x.example.com/k')
  expect(twiml.length).toBeLessThanOrEqual(4_000)
  expect(twiml).toContain('30 incidents need you')
})

test('a name cannot call', async () => {
  const { values } = await twilio({ from: 'OpsKnight' })
  await expect(sendOver({ channel: 'voice', values, address: TO, message: pageMessage() })).rejects.toThrow(
    'phone number',
  )
})
