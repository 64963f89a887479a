import { expect, test } from 'vitest'
import { callReceipt, smsReceipt } from './receipts.ts'

test.each([
  ['queued', '', null],
  ['sent', '', null],
  ['delivered', '', { status: 'delivered' }],
  [
    'failed',
    '21610',
    { status: 'failed', reason: 'The SMS did not arrive: the number said STOP (error 21610)' },
  ],
  [
    'undelivered',
    '99999',
    { status: 'failed', reason: 'The SMS did not arrive: Twilio says undelivered (error 99999)' },
  ],
])('an SMS that is %s %s', (MessageStatus, ErrorCode, receipt) => {
  const form = new URLSearchParams({ MessageSid: 'SM1', MessageStatus, ErrorCode })
  expect(smsReceipt(form)).toEqual(receipt && { channel: 'sms', providerId: 'SM1', ...receipt })
})

test.each([
  ['ringing', null],
  ['completed', { status: 'delivered' }],
  ['no-answer', { status: 'failed', reason: 'The call reached nobody: nobody answered' }],
  ['busy', { status: 'failed', reason: 'The call reached nobody: the line was busy' }],
])('a call that is %s', (CallStatus, receipt) => {
  const form = new URLSearchParams({ CallSid: 'CA1', CallStatus })
  expect(callReceipt(form)).toEqual(receipt && { channel: 'voice', providerId: 'CA1', ...receipt })
})

test.each([smsReceipt, callReceipt])('what names no message is about none', (read) => {
  expect(read(new URLSearchParams({ MessageStatus: 'failed', CallStatus: 'busy' }))).toBeNull()
})
