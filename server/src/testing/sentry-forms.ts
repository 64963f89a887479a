import { createHmac } from 'node:crypto'
import type { FakeIssue } from './sentry-server.ts'
import { type Answer, answerOf, type TestApp } from './test-app.ts'

type Field = { name: string; uri?: string; options?: [string, string][] }
type Form = { uri: string; required_fields: Field[]; optional_fields?: Field[] }

export type SentryForms = ReturnType<typeof sentryForms>

/**
 * Sentry's own pages, as far as they call OpsKnight: they know nothing but the schema that was pasted, sign the bytes that they write (in
 * ASCII), and sign nothing at all when they ask. Sentry's source: `sentry_apps/external_requests`.
 */
export function sentryForms(
  t: TestApp,
  {
    schema,
    installationId,
    secret,
  }: { schema: { elements: Record<string, never>[] }; installationId: string; secret: string },
) {
  const element = (type: string) => schema.elements.find((one) => one.type === type) as never
  const { create, link } = element('issue-link') as { create: Form; link: Form }
  const { settings } = element('alert-rule-action') as { settings: Form }

  async function ask({ uri }: Field, more: Record<string, string> = {}, signed = sign('', secret)) {
    const query = new URLSearchParams({ installationId, projectSlug: 'checkout', ...more })
    return answerOf(
      await t.app.inject({
        method: 'GET',
        url: `${uri}?${query}`,
        headers: { ...HEADERS, ...signed },
      }),
    )
  }

  async function tell(uri: string, body: object, signed?: Record<string, string>): Promise<Answer> {
    const payload = inAscii(JSON.stringify(body))
    return answerOf(
      await t.app.inject({
        ...{ method: 'POST', url: uri, payload },
        headers: { ...HEADERS, ...(signed ?? sign(payload, secret)) },
      }),
    )
  }

  const bodyOf = (issue: FakeIssue, fields: Record<string, unknown>) => ({
    fields,
    issueId: Number(issue.id),
    installationId,
    webUrl: `https://acme.sentry.example/issues/${issue.id}/`,
    project: { slug: 'checkout', id: 5 },
    actor: { type: 'user', id: 11, name: 'Zoë Example' },
  })

  return {
    create,
    link,
    settings,
    ask,
    tell,
    bodyOf,
    /** The choices of a field of a form. */
    options: (form: Form, name: string, typed = '') =>
      ask(
        [...form.required_fields, ...(form.optional_fields ?? [])].find((field) => field.name === name)!,
        typed ? { query: typed } : {},
      ),
    createFrom: (issue: FakeIssue, fields: Record<string, unknown>) =>
      tell(create.uri, bodyOf(issue, fields)),
    linkTo: (issue: FakeIssue, incident: string) => tell(link.uri, bodyOf(issue, { incident })),
    saveRule: (fields: Record<string, unknown>) =>
      tell(settings.uri, {
        fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
        installationId,
      }),
  }
}

const HEADERS = { host: 'opsknight.test', 'content-type': 'application/json', 'request-id': 'a1b2c3' }

const sign = (payload: string, secret: string): Record<string, string> => ({
  'sentry-app-signature': createHmac('sha256', secret).update(payload).digest('hex'),
})

const inAscii = (json: string) =>
  json.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
