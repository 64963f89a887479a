import type { Receipt } from '../../notifications/receipts.ts'

/** https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks; null for what is on its way. */
export function smsReceipt(form: URLSearchParams): Receipt | null {
  const providerId = form.get('MessageSid')
  const status = form.get('MessageStatus') ?? ''
  if (!providerId) return null
  if (status === 'delivered' || status === 'read') return { channel: 'sms', providerId, status: 'delivered' }
  if (status !== 'undelivered' && status !== 'failed') return null
  const code = form.get('ErrorCode') ?? ''
  const reason = `The SMS did not arrive: ${WHY[code] ?? `Twilio says ${status}`}${code ? ` (error ${code})` : ''}`
  return { channel: 'sms', providerId, status: 'failed', reason }
}

// https://www.twilio.com/docs/api/errors
const WHY: Record<string, string> = {
  30003: 'the phone is switched off or out of reach',
  30004: 'the number blocks messages',
  30005: 'the number is not in use',
  30006: 'the number takes no SMS',
  30007: 'the carrier took it for spam',
  30008: 'the carrier does not say why',
  30034: 'the sending number is not registered for messages to this country',
  21610: 'the number said STOP',
}

/** https://www.twilio.com/docs/voice/api/call-resource#call-status-values */
export function callReceipt(form: URLSearchParams): Receipt | null {
  const providerId = form.get('CallSid')
  const status = form.get('CallStatus') ?? ''
  if (!providerId) return null
  if (status === 'completed') return { channel: 'voice', providerId, status: 'delivered' }
  const why = NOT_REACHED[status]
  return why
    ? { channel: 'voice', providerId, status: 'failed', reason: `The call reached nobody: ${why}` }
    : null
}

const NOT_REACHED: Record<string, string> = {
  busy: 'the line was busy',
  'no-answer': 'nobody answered',
  canceled: 'it was cancelled',
  failed: 'there is no such number, or it cannot be called',
}
