import { sql } from 'kysely'
import type { EscalationStep, EscalationTarget } from '#contract/escalation-policies.ts'
import type { Db, Trx } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { isUuid } from '../platform/ids.ts'

/** What a policy said at a time. It never changes: incidents finish on the version that they started with. */
export type PolicyVersion = {
  policyId: string
  version: number
  name: string
  /** The version that new incidents start with, and whether the policy is still there. */
  newestVersion: number
  isDeleted: boolean
  repeat: number
  steps: EscalationStep[]
  fallback: EscalationTarget[] | null
}

type VersionKey = { policyId: string; version: number }
export const versionKey = ({ policyId, version }: VersionKey) => `${policyId} ${version}`

/** These versions of policies, by `versionKey`. */
export async function readPolicyVersions(
  db: Db,
  keys: readonly VersionKey[],
): Promise<Map<string, PolicyVersion>> {
  if (keys.length === 0) return new Map()
  const distinct = [...new Map(keys.map((key) => [versionKey(key), key])).values()]
  const { rows } = await sql<PolicyVersion>`
    select v.policy_id as "policyId", v.version, p.name, p.version as "newestVersion",
      p.deleted_at is not null as "isDeleted", v.repeat, v.steps, v.fallback
    from jsonb_to_recordset(${JSON.stringify(distinct)}::jsonb) as k("policyId" uuid, version int)
    join escalation_policy_versions v on v.policy_id = k."policyId" and v.version = k.version
    join escalation_policies p on p.id = v.policy_id`.execute(db)
  return new Map(rows.map((row) => [versionKey(row), row]))
}

export async function readNewestVersion(db: Db, policyId: string): Promise<PolicyVersion | null> {
  const policy = await db
    .selectFrom('escalation_policies')
    .select('version')
    .where('id', '=', policyId)
    .executeTakeFirst()
  if (!policy) return null
  const key = { policyId, version: policy.version }
  return (await readPolicyVersions(db, [key])).get(versionKey(key)) ?? null
}

/** Holds a policy against deletion while a service is given it. Throws `invalid_request` when there is none. */
export async function holdPolicy(trx: Trx, id: string): Promise<{ id: string; name: string }> {
  const policy = isUuid(id)
    ? await trx
        .selectFrom('escalation_policies')
        .select(['id', 'name'])
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .forKeyShare()
        .executeTakeFirst()
    : undefined
  if (policy) return policy
  const message = 'There is no such escalation policy; it may have been deleted.'
  throw new AppError('invalid_request', message, { errors: [{ path: 'escalationPolicyId', message }] })
}

/** The name of everything that targets can point to, by id. What is gone is absent. */
export async function readTargetNames(
  db: Db,
  targets: readonly Pick<EscalationTarget, 'type' | 'id'>[],
): Promise<Map<string, string>> {
  const idsOf = (wanted: EscalationTarget['type']) => [
    ...new Set(targets.flatMap(({ type, id }) => (type === wanted && isUuid(id) ? [id] : []))),
  ]
  if (targets.length === 0) return new Map()
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from users where id = any(${idsOf('user')}::uuid[]) and deleted_at is null
    union all select id, name from schedules where id = any(${idsOf('schedule')}::uuid[])
    union all select id, name from teams where id = any(${idsOf('team')}::uuid[])`.execute(db)
  return new Map(rows.map(({ id, name }) => [id, name]))
}
