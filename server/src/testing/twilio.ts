import { type Answering, provider } from './provider.ts'

/**
 * A server shaped like Twilio's API: https://www.twilio.com/docs/messaging/api/message-resource and
 * https://www.twilio.com/docs/voice/api/call-resource.
 */
export async function twilio({ from = '+15005550006', answer }: { from?: string; answer?: Answering } = {}) {
  let made = 0
  const { url, received } = await provider(
    answer ??
      (({ url, body }) => {
        const form = new URLSearchParams(body)
        const kind = url.endsWith('/Calls.json') ? 'CA' : 'SM'
        made += 1
        const sid = `${kind}${String(made).padStart(4, '0')}`
        return {
          status: 201,
          body: { sid, status: 'queued', to: form.get('To'), from: form.get('From'), error_code: null },
        }
      }),
  )
  const values = {
    accountSid: `AC${'0123456789abcdef'.repeat(2)}`,
    authToken: 'auth-token-of-twilio',
    from,
    apiUrl: url,
  }
  return {
    received,
    /** As an administrator enters them. */
    values,
    /** As the environment has them. */
    environment: {
      TWILIO_ACCOUNT_SID: values.accountSid,
      TWILIO_AUTH_TOKEN: values.authToken,
      TWILIO_FROM: values.from,
      TWILIO_API_URL: values.apiUrl,
    },
  }
}
