import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { integrationOfType } from '../server/src/integrations/index.ts'
import type { HttpClient } from '../server/src/testing/http-client.ts'
import type { Answering } from '../server/src/testing/provider.ts'
import { type SentryServer, sentryServer } from '../server/src/testing/sentry-server.ts'
import { type DemoAlert, deadlock, emptyCart, loginLoop, paymentTimeout } from './demo-alerts.ts'

/** A Sentry that stands until it is closed, and can send what it has to say. */
export type StandingSentry = SentryServer & {
  /** Sends what waits, in its order, signed; what became of each. */
  deliverTo(webhookUrl: string, secret: string): Promise<{ action: string; reason?: string }[]>
  close(): Promise<void>
}

export async function openSentry(organization = 'harbor-line'): Promise<StandingSentry> {
  const server = http.createServer()
  const sentry = await sentryServer({ organization, open: (answer) => serve(server, answer) })
  return {
    ...sentry,
    async deliverTo(webhookUrl, secret) {
      const results = []
      for (let next = sentry.webhooks.shift(); next; next = sentry.webhooks.shift())
        results.push(await deliver(webhookUrl, next, secret))
      return results
    },
    close: () => new Promise((closed) => server.close(() => closed()).closeAllConnections()),
  }
}

async function serve(server: http.Server, answer: Answering) {
  server.on('request', (request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request
      const { status = 200, body: said = {} } =
        answer({ method, url, headers, body, bytes: Buffer.from(body) }, response) ?? {}
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
    })
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received: [] }
}

/** Signed as an internal integration signs. */
export async function deliver(
  webhookUrl: string,
  { resource, body }: SentryServer['webhooks'][number],
  secret: string,
) {
  const bytes = Buffer.from(JSON.stringify(body))
  const signature = integrationOfType('sentry')?.authentication.sign(bytes, secret)
  const headers = { 'content-type': 'application/json', 'sentry-hook-resource': resource, ...signature }
  const answer = await fetch(webhookUrl, { method: 'POST', headers, body: bytes })
  return (await answer.json()).result
}

type Integrations = Record<'sentryOfCheckout' | 'sentryOfOrders', { ref: string }>

/** The shop's Sentry knows the shop's issues and people. Of one integration the token may not change anything there. */
export async function connectShop(
  admin: HttpClient,
  sentry: StandingSentry,
  { sentryOfCheckout, sentryOfOrders }: Integrations,
): Promise<void> {
  for (const name of ['Ana Reis', 'Dana Okonjo', 'Ines Moreau']) {
    const [first = ''] = name.toLowerCase().split(' ')
    sentry.members.push({
      id: String(sentry.members.length + 20),
      name,
      email: `${first}@harborline.example`,
    })
  }
  sentry.scopes.add('project:read')
  sentry.addIssue(issueOf(emptyCart, { count: '142', userCount: 61, minutes: 1_440 }))
  sentry.addIssue(issueOf(loginLoop, { count: '2310', userCount: 874, minutes: 95 }))
  sentry.addIssue({
    ...issueOf(paymentTimeout, { count: '1204', userCount: 318, minutes: 28 }),
    ...{ substatus: 'escalating', committers: [{ author: { name: 'Tom Hale' }, commits: [longerWait()] }] },
  })
  sentry.addIssue(issueOf(deadlock, { count: '57', userCount: 12, minutes: 74 }))
  const connect = ({ ref }: { ref: string }) =>
    admin.put(`/api/v1/integrations/${ref}/sentry-connection`, sentry.connection)
  sentry.scopes.delete('event:write')
  await connect(sentryOfOrders)
  sentry.scopes.add('event:write')
  await connect(sentryOfCheckout)
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

const longerWait = () => ({
  id: '9c1f4e7d2b8a6053f1e0d9c8b7a695847362514f',
  message: 'Charge once more when the gateway does not answer',
  dateCreated: minutesAgo(190),
  suspectCommitType: 'via SCM integration',
  pullRequest: {
    ...{ id: '1893', title: 'Charge once more when the gateway does not answer' },
    externalUrl: 'https://github.com/harborline/checkout-web/pull/1893',
  },
  repository: {
    ...{ name: 'harborline/checkout-web', url: 'https://github.com/harborline/checkout-web' },
    provider: { id: 'integrations:github', name: 'GitHub' },
  },
})

const issueOf = (
  { issue, project, type, value, culprit, level }: DemoAlert,
  { minutes, ...counts }: { count: string; userCount: number; minutes: number },
) => ({
  id: String(issue),
  shortId: `${project.toUpperCase()}-${(issue % 1000).toString(36).toUpperCase()}`,
  title: `${type}: ${value}`,
  ...{ culprit, level, priority: 'high', ...counts },
  ...{ firstSeen: minutesAgo(minutes), lastSeen: minutesAgo(0) },
  project: { id: '4507163225088001', slug: project, name: project, platform: 'node' },
})
