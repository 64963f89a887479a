import type { FoldedProblem, IncidentView } from '#contract/incidents.ts'
import { type Client, type TestApp, testApp } from './test-app.ts'

/** What Sentry says of an issue. */
export const issue = (id: number | string, action = 'created', level = 'error') => ({
  action,
  issue: { id, title: `Problem ${id}`, level, permalink: `https://sentry.example/${id}` },
})

/** A server with an integration that has opened the one incident that it may open in this minute. */
export async function exhaustedIntegration() {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: 1 })
  await t.deliver(sentry, issue('first'))
  const viewer = await t.asRole('viewer')
  return { ...t, t, sentry, viewer, read: () => readStorm(t, viewer) }
}

/** The same, with these problems folded into a storm. */
export async function stormOf(ids: readonly (number | string)[]) {
  const setting = await exhaustedIntegration()
  for (const id of ids) {
    const { body } = await setting.deliver(setting.sentry, issue(id))
    if (body.result.action !== 'folded') throw new Error(`Problem ${id} was ${body.result.action}`)
  }
  return { ...setting, storm: (await setting.read()).storm }
}

/** The newest storm: its incident and its list. */
export async function readStorm(
  { db }: Pick<TestApp, 'db'>,
  reader: Client,
): Promise<{ storm: IncidentView; list: FoldedProblem[] }> {
  const { id } = await db
    .selectFrom('incidents')
    .select('id')
    .where('title', 'like', 'Alert storm%')
    .orderBy('number', 'desc')
    .executeTakeFirstOrThrow()
  const { body: storm } = await reader.get(`/api/v1/incidents/${id}`)
  const { body } = await reader.get(`/api/v1/incidents/${id}/folded?limit=200`)
  return { storm, list: body.items }
}
