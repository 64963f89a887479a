import type { EscalationStep } from '#contract/escalation-policies.ts'
import { runDueEscalations } from '../escalations/engine.ts'
import { wakeDueIncidents } from '../incidents/commands.ts'
import { addContactMethod } from './reachable.ts'
import { NO_LIMITS, testApp } from './test-app.ts'

/** So that mail can be sent as far as anybody knows; nothing listens there. */
const MAIL = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'opsknight@example.com' }

export type Target = EscalationStep['targets'][number]
export const toUser = ({ id }: { id: string }): Target => ({ type: 'user', id })
export const toSchedule = ({ id }: { id: string }): Target => ({ type: 'schedule', id })
export const toTeam = ({ id }: { id: string }, leadsOnly = false): Target => ({ type: 'team', id, leadsOnly })
export const step = (waitMinutes: number, ...targets: Target[]): EscalationStep => ({ waitMinutes, targets })

/** A server with people who can be paged, for tests of whom an incident reaches when. Nothing is sent. */
export async function onCallApp(environment: Record<string, string> = MAIL) {
  const t = await testApp({ environment })
  const admin = await t.asRole('admin', 'Dana Example')
  const start = t.clock.now()
  const ok = async (answer: ReturnType<typeof admin.get>, status = 200) => {
    const { status: got, body, text } = await answer
    if (got !== status) throw new Error(`${got}: ${text}`)
    return body
  }

  const person = async (name: string, { role = 'responder' as const, reachable = true } = {}) => {
    const user = await t.create.user({ name, role })
    if (reachable) await addContactMethod(t, user)
    return user
  }
  const administrator = async (name: string) => {
    const user = await t.create.user({ name, role: 'admin' })
    await addContactMethod(t, user)
    return user
  }
  let made = 0
  const policy = async (
    steps: EscalationStep[],
    more: object = {},
  ): Promise<{ id: string; name: string }> => {
    made += 1
    return ok(admin.post('/api/v1/escalation-policies', { name: `Policy ${made}`, steps, ...more }), 201)
  }
  /** A service with this policy (`null`: none), and where its alerts go. */
  const service = async (escalationPolicyId: string | null) => {
    const { id: serviceId } = await t.create.service({ escalationPolicyId })
    return t.create.integration(NO_LIMITS, { type: 'events', serviceId })
  }
  const incident = async (steps: EscalationStep[] | null, more: object = {}) => {
    const made = steps && (await policy(steps, more))
    return { ...(await t.create.incident({ on: await service(made?.id ?? null) })), policy: made }
  }
  return {
    ...t,
    ...{ admin, ok, person, administrator, policy, service, incident },
    act: (id: string, action: string, body?: object) =>
      ok(admin.post(`/api/v1/incidents/${id}/${action}`, body)),
    read: (id: string) => ok(admin.get(`/api/v1/incidents/${id}`)),
    /** What is due now is worked out; nothing is sent. */
    async work(): Promise<void> {
      while (await wakeDueIncidents(t.deps, t.clock.now()));
      while (await runDueEscalations(t.deps, t.clock.now()));
    },
    /** Lets so many minutes pass, the worker being there in each of them. */
    async pass(minutes: number): Promise<void> {
      for (let minute = 0; minute < minutes; minute += 1) {
        t.clock.advance({ minutes: 1 })
        await this.work()
      }
    },
    /** Everybody who was paged about it: `minute name cause step.cycle`. */
    async paged({ id }: { id: string }): Promise<string[]> {
      const rows = await t.db
        .selectFrom('pages as p')
        .innerJoin('users as u', 'u.id', 'p.user_id')
        .select(['p.created_at', 'u.name', 'p.cause', 'p.step', 'p.cycle'])
        .where('p.incident_id', '=', id)
        .where('p.status', '<>', 'skipped')
        .orderBy('p.id')
        .execute()
      return rows.map(({ created_at, name, cause, step, cycle }) => {
        const minute = (created_at.getTime() - start.getTime()) / 60_000
        return [minute, name, cause === 'escalation' ? `${step}.${cycle}` : cause].join(' ')
      })
    },
    /** What the timeline says of paging, oldest first. */
    async said({ id }: { id: string }): Promise<string[]> {
      const { timeline } = await ok(admin.get(`/api/v1/incidents/${id}`))
      return timeline
        .filter(({ kind }: { kind: string }) => /escalat|nobody/.test(kind))
        .map(({ kind, text }: { kind: string; text: string }) => `${kind}: ${text}`)
        .toReversed()
    },
  }
}
