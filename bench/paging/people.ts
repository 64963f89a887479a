import type { Deps } from '../../server/src/deps.ts'
import { createPolicy } from '../../server/src/escalations/policy-commands.ts'
import { insertUser } from '../../server/src/people/store.ts'
import { commandLinePrincipal } from '../../server/src/platform/principal.ts'
import { createService } from '../../server/src/services/commands.ts'
import { createIntegration } from '../../server/src/services/integration-commands.ts'
import { addContactMethod } from '../../server/src/testing/reachable.ts'

/** Somebody who is paged by mail about everything that happens to a service of their own. */
export type OnCall = { userId: string; email: string; key: string }

const WITHOUT_LIMITS = { newIncidentsPerMinute: null, storedBodiesPerMinute: null }
/** The second step never comes, so that the policies do not end in the middle of a measurement. */
const NEVER_MINUTES = 10_000

export async function hire(deps: Deps, count: number, group: string): Promise<OnCall[]> {
  const people: OnCall[] = []
  for (let number = 1; number <= count; number += 1) people.push(await hireOne(deps, `${group} ${number}`))
  return people
}

async function hireOne(deps: Deps, name: string): Promise<OnCall> {
  const email = `${name.toLowerCase().replaceAll(' ', '-')}@example.com`
  const user = await deps.db
    .transaction()
    .execute((trx) => insertUser(trx, { name, email, role: 'responder' }, deps.clock.now()))
  await addContactMethod({ deps }, user, { address: email, rules: { high: 0, medium: 0, low: 0 } })
  const target = { type: 'user' as const, id: user.id }
  const policy = await createPolicy(deps, commandLinePrincipal, {
    name,
    repeat: 0,
    steps: [
      { waitMinutes: 0, targets: [target] },
      { waitMinutes: NEVER_MINUTES, targets: [target] },
    ],
  })
  const service = await createService(deps, commandLinePrincipal, { name, escalationPolicyId: policy.id })
  const given = { type: 'events', settings: WITHOUT_LIMITS } as const
  const { address } = await createIntegration(deps, commandLinePrincipal, service.id, given)
  return { userId: user.id, email, key: address }
}
