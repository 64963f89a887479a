import type { JsonObject } from '#contract/common.ts'
import { type SentryServer, sentryServer, type Webhook } from './sentry-server.ts'
import { type Answer, type TestApp, testApp } from './test-app.ts'

const SECRET = 'a client secret of an internal integration'

/** A server whose integration is connected to a Sentry, and both ways between them. */
export async function connectedToSentry({
  behaviour = {},
  settings = {},
  scopes,
  environment = {},
  aheadMs = 0,
  ...options
}: {
  behaviour?: object
  settings?: JsonObject
  scopes?: string[]
  /** How far Sentry's clock is ahead of ours. */
  aheadMs?: number
} & NonNullable<Parameters<typeof testApp>[0]> = {}) {
  const t = await testApp({
    ...options,
    environment: { OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1', ...environment },
  })
  const sentry = await sentryServer({ now: () => new Date(t.clock.now().getTime() + aheadMs) })
  if (scopes) {
    sentry.scopes.clear()
    for (const scope of scopes) sentry.scopes.add(scope)
  }
  const integration = await t.create.integration(settings, { secret: SECRET })
  const admin = await t.asRole('admin')
  const connected = await admin.put(`/api/v1/integrations/${integration.ref}/sentry-connection`, {
    ...sentry.connection,
    behaviour,
  })
  if (connected.status !== 200) throw new Error(`Not connected: ${connected.text}`)
  return {
    t,
    sentry,
    integration,
    admin,
    connection: connected.body,
    secret: SECRET,
    ...waysBetween(t, sentry, integration),
    /** Somebody whose address is verified and who is a member of the Sentry organization too. */
    async member(name = 'Ana Example') {
      const user = await t.create.user({ name })
      await t.db.updateTable('users').set({ email_verified: true }).where('id', '=', user.id).execute()
      sentry.members.push({ id: user.id, name, email: user.email })
      return { user, client: await t.as(user) }
    },
  }
}

function waysBetween(t: TestApp, sentry: SentryServer, integration: Parameters<TestApp['deliver']>[0]) {
  const deliver = ({ resource, body }: Webhook): Promise<Answer> =>
    t.deliver(integration, body, { secret: SECRET, headers: { 'sentry-hook-resource': resource } })
  return {
    deliver,
    /** All that Sentry has to say, in its order; what becomes of each. */
    async deliverAll(): Promise<Answer[]> {
      const answers: Answer[] = []
      for (let next = sentry.webhooks.shift(); next; next = sentry.webhooks.shift())
        answers.push(await deliver(next))
      return answers
    },
  }
}
