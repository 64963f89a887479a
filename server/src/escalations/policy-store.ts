import { sql } from 'kysely'
import type { PageQuery } from '#contract/common.ts'
import type { EscalationPolicyView, EscalationStep, EscalationTarget } from '#contract/escalation-policies.ts'
import type { Db, Trx } from '../platform/db.ts'
import { AppError, notFound } from '../platform/errors.ts'
import { isUuid, newId } from '../platform/ids.ts'
import { idOf, idOfCursor, toPage } from '../platform/pages.ts'
import { isUniqueViolation } from '../platform/retry.ts'
import { readTargetNames } from '../services/policies.ts'
import { targetsOf } from './targets.ts'

/** What a policy does: a change of it makes a new version. */
export type PolicyContent = {
  repeat: number
  steps: EscalationStep[]
  fallback: EscalationTarget[] | null
}
export type Policy = PolicyContent & {
  id: string
  name: string
  version: number
  createdAt: Date
  updatedAt: Date
}

const present = (db: Db) =>
  db
    .selectFrom('escalation_policies as p')
    .innerJoin('escalation_policy_versions as v', (join) =>
      join.onRef('v.policy_id', '=', 'p.id').onRef('v.version', '=', 'p.version'),
    )
    .select(['p.id', 'p.name', 'p.version', 'p.created_at as createdAt', 'p.updated_at as updatedAt'])
    .select(['v.repeat', 'v.steps', 'v.fallback'])
    .where('p.deleted_at', 'is', null)

/** In the order in which they were added. The cursor is the last id of the page before. */
export async function listPolicies(
  db: Db,
  { cursor, limit }: PageQuery,
): Promise<{ items: EscalationPolicyView[]; nextCursor: string | null }> {
  const after = idOfCursor(cursor)
  const rows = await present(db)
    .$if(after !== null, (query) => query.where('p.id', '>', after))
    .orderBy('p.id')
    .limit(limit + 1)
    .execute()
  const { items, nextCursor } = toPage(rows, limit, idOf, (row) => row)
  return { items: await toViews(db, items), nextCursor }
}

export async function getPolicyView(db: Db, id: string): Promise<EscalationPolicyView> {
  const row = isUuid(id) ? await present(db).where('p.id', '=', id).executeTakeFirst() : undefined
  const [view] = row ? await toViews(db, [row]) : []
  if (!view) throw notFound('Escalation policy')
  return view
}

async function toViews(db: Db, policies: readonly Policy[]): Promise<EscalationPolicyView[]> {
  const targets = policies.flatMap(({ steps, fallback }) =>
    targetsOf(steps, fallback).map(({ target }) => target),
  )
  const names = await readTargetNames(db, targets)
  const services = await readServices(
    db,
    policies.map(({ id }) => id),
  )
  const named = (target: EscalationTarget) => ({ ...target, name: names.get(target.id) ?? 'Deleted' })
  return policies.map(({ id, name, version, repeat, steps, fallback, createdAt, updatedAt }) => ({
    ...{ id, name, version, repeat },
    steps: steps.map((step) => ({ ...step, targets: step.targets.map(named) })),
    fallback: fallback?.map(named) ?? null,
    services: services.get(id)?.map((service) => ({ id: service.id, name: service.name })) ?? [],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }))
}

async function readServices(db: Db, policyIds: readonly string[]) {
  if (policyIds.length === 0) return new Map<string, { id: string; name: string }[]>()
  const rows = await db
    .selectFrom('services')
    .select(['id', 'name', 'escalation_policy_id'])
    .where('escalation_policy_id', 'in', [...policyIds])
    .where('deleted_at', 'is', null)
    .orderBy(sql`lower(name)`)
    .execute()
  return Map.groupBy(rows, ({ escalation_policy_id }) => escalation_policy_id!)
}

/** Holds the policy against other changes of it, and against being given to services meanwhile if it is to be deleted. */
export async function lockPolicy(trx: Trx, id: string, toDelete = false): Promise<Policy> {
  const locked = isUuid(id)
    ? await trx
        .selectFrom('escalation_policies')
        .select('id')
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .$if(toDelete, (query) => query.forUpdate())
        .$if(!toDelete, (query) => query.forNoKeyUpdate())
        .executeTakeFirst()
    : undefined
  const policy = locked && (await present(trx).where('p.id', '=', locked.id).executeTakeFirst())
  if (!policy) throw notFound('Escalation policy')
  return policy
}

export async function insertPolicy(
  trx: Trx,
  { name, ...content }: PolicyContent & { name: string },
  now: Date,
): Promise<string> {
  const id = newId(now)
  const values = { id, name, version: 1, created_at: now, updated_at: now }
  await orNameTaken(name, trx.insertInto('escalation_policies').values(values).execute())
  await writeVersion(trx, { id, version: 1, ...content }, now)
  return id
}

/** With `content` as a new version, which new incidents start with. */
export async function savePolicy(
  trx: Trx,
  { id, version }: Policy,
  name: string,
  content: PolicyContent | null,
  now: Date,
): Promise<void> {
  const next = content ? version + 1 : version
  const values = { name, version: next, updated_at: now }
  await orNameTaken(name, trx.updateTable('escalation_policies').set(values).where('id', '=', id).execute())
  if (content) await writeVersion(trx, { id, version: next, ...content }, now)
}

async function writeVersion(
  trx: Trx,
  { id, version, repeat, steps, fallback }: PolicyContent & { id: string; version: number },
  now: Date,
): Promise<void> {
  await trx
    .insertInto('escalation_policy_versions')
    .values({
      ...{ policy_id: id, version, repeat, created_at: now },
      steps: JSON.stringify(steps),
      fallback: fallback ? JSON.stringify(fallback) : null,
    })
    .execute()
  await trx.deleteFrom('escalation_policy_targets').where('policy_id', '=', id).execute()
  const targets = new Map(
    targetsOf(steps, fallback).map(({ target: { type, id } }) => [`${type} ${id}`, { type, id }]),
  )
  const rows = [...targets.values()].map((target) => ({ policy_id: id, ...columnOf(target) }))
  await trx.insertInto('escalation_policy_targets').values(rows).execute()
}

const columnOf = ({ type, id }: Pick<EscalationTarget, 'type' | 'id'>) => ({
  user_id: type === 'user' ? id : null,
  schedule_id: type === 'schedule' ? id : null,
  team_id: type === 'team' ? id : null,
})

/** Incidents that run on it finish; what it points to is free. */
export async function markPolicyDeleted(trx: Trx, id: string, now: Date): Promise<void> {
  await trx.updateTable('escalation_policies').set({ deleted_at: now }).where('id', '=', id).execute()
  await trx.deleteFrom('escalation_policy_targets').where('policy_id', '=', id).execute()
}

/** The names of the services that have it. */
export async function servicesOfPolicy(trx: Trx, id: string): Promise<string[]> {
  return (await readServices(trx, [id])).get(id)?.map(({ name }) => name) ?? []
}

async function orNameTaken<Result>(name: string, query: Promise<Result>): Promise<Result> {
  try {
    return await query
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const message = `There is an escalation policy called "${name}" already. Choose another name.`
    throw new AppError('name_taken', message, { errors: [{ path: 'name', message }] })
  }
}
