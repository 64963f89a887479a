import type { PageRequest } from '../notifications/create.ts'
import { createPages } from '../notifications/create.ts'
import { sendDuePages } from '../notifications/send-due.ts'
import { mailbox } from './mailbox.ts'
import { smsGateway } from './sms-gateway.ts'
import { type TestApp, testApp } from './test-app.ts'

/** A server that sends mail and SMS to places where the test looks. */
export async function testAppWithChannels({
  gateway,
  box,
}: {
  gateway?: Awaited<ReturnType<typeof smsGateway>>
  box?: Awaited<ReturnType<typeof mailbox>>
} = {}) {
  const [mails, sms] = [box ?? (await mailbox()), gateway ?? (await smsGateway())]
  const t = await testApp({ environment: { SMTP_URL: mails.url, SMS_GATEWAY_URL: sms.url } })
  return { t, mails, sms, send: () => sendDuePages(t.deps, t.clock.now()) }
}

/** Asks for pages as a step of a policy does. */
export async function page(
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  user: { id: string },
  incidents: readonly { id: string }[],
  more: Omit<Partial<PageRequest>, 'incidentId' | 'userId'> = {},
): Promise<void> {
  const requests = incidents.map(
    ({ id }): PageRequest => ({
      ...{ incidentId: id, userId: user.id, urgency: 'high', cause: 'escalation', step: 1, cycle: 0 },
      ...more,
    }),
  )
  await db.transaction().execute((trx) => createPages(trx, requests, clock.now()))
}
