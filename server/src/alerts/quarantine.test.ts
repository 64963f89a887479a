import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { NO_LIMITS, type TestApp, testApp } from '../testing/test-app.ts'

const issue = (id: number, title: string, action = 'created') => ({ action, issue: { id, title } })

/** PostgreSQL refuses whatever has this word in its title, as it refuses what its types and checks do not take. */
async function refusing(word: string) {
  const t = await testApp()
  await sql
    .raw(`
    create function refuse_it() returns trigger language plpgsql as $$
      begin raise exception using errcode = '22000', message = 'not in this database'; end $$;
    create trigger refuse_incidents before insert on incidents for each row when (new.title like '%${word}%') execute function refuse_it();
    create trigger refuse_deliveries before insert on deliveries for each row when (new.title like '%${word}%') execute function refuse_it();`)
    .execute(t.db)
  return { t, sentry: await t.create.integration(NO_LIMITS) }
}

const incidentsOf = ({ db }: TestApp) =>
  db.selectFrom('incidents').select(['title', 'severity', 'event_count']).orderBy('number').execute()

test('a delivery that PostgreSQL refuses harms none of its neighbours, and pages under a plain name', async () => {
  const { t, sentry } = await refusing('poison')
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, id) => t.deliver(sentry, issue(id, id === 41 ? 'poison' : 'Broken'))),
  )
  expect(answers.map(({ status, body }) => [status, body.result.action])).toEqual(
    answers.map(() => [202, 'triggered']),
  )
  const incidents = await incidentsOf(t)
  expect(incidents.filter(({ title }) => title === 'Broken')).toHaveLength(59)
  const [plain] = incidents.filter(({ title }) => title !== 'Broken')
  expect(plain).toEqual({
    title: 'Alert that could not be stored as it came',
    severity: 'error',
    event_count: 1,
  })
  expect(await t.db.selectFrom('escalations').select('incident_id').execute()).toHaveLength(60)
})

test('its body is in the delivery log as it came, with the reason, and the log of the server does not hold it', async () => {
  const { t, sentry } = await refusing('poison')
  await t.deliver(sentry, issue(1, 'poison, and private'))
  const responder = await t.asRole('responder')
  const { body: list } = await responder.get(`/api/v1/integrations/${sentry.ref}/deliveries`)
  expect(list.items).toMatchObject([{ outcome: 'accepted', result: 'triggered' }])
  const { body } = await responder.get(`/api/v1/deliveries/${list.items[0].id}`)
  expect(JSON.stringify(body)).toContain('poison, and private')
  const incident = await responder.get(`/api/v1/incidents/${list.items[0].incidentId}`)
  expect(incident.body.description).toContain('SQLSTATE 22000')
  expect(t.logged.filter((line) => line.includes('ingest.quarantined'))).toHaveLength(1)
  expect(t.logged.join('')).not.toContain('and private')
})

test('sent again it is the same problem; what reports none is only recorded', async () => {
  const { t, sentry } = await refusing('poison')
  await t.deliver(sentry, issue(1, 'poison'))
  expect((await t.deliver(sentry, issue(1, 'poison'))).body.result.action).toBe('deduplicated')
  const note = await t.deliver(sentry, issue(2, 'poison', 'resolved'))
  expect([note.status, note.body.result.action]).toEqual([202, 'ignored'])
  expect(note.body.result.reason).toContain('PostgreSQL refused')
})

test('one that comes with an API key pages too; what a person reports by hand is refused to that person', async () => {
  const { t, sentry } = await refusing('poison')
  const program = t.withKey(await t.create.apiKey('events'))
  const answer = await program.post('/api/events', {
    ...{ event_action: 'trigger', dedup_key: 'k', service_id: sentry.serviceId },
    payload: { summary: 'poison', source: 'cron', severity: 'error' },
  })
  expect([answer.status, answer.body.result.action, answer.body.dedup_key]).toEqual([202, 'triggered', 'k'])
  expect(await incidentsOf(t)).toMatchObject([{ title: 'Alert that could not be stored as it came' }])
  const responder = await t.asRole('responder')
  const byHand = { serviceId: sentry.serviceId, title: 'poison' }
  expect((await responder.post('/api/v1/incidents', byHand)).status).toBe(500)
})
