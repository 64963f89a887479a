import type { Actor } from '#contract/common.ts'
import { type Permission, permissionsOfRole, type Role, type Scope } from '#contract/people.ts'
import { AppError } from './errors.ts'

const permissionsOfScope = {
  read: permissionsOfRole.viewer,
  write: permissionsOfRole.responder,
  admin: permissionsOfRole.admin,
  events: ['send-events'],
} satisfies Record<Scope, readonly Permission[]>

/** Who is asking, what they may do, and where from. Commands take it and ask `demand` in their first line. */
export type Principal = {
  actor: Actor
  permissions: ReadonlySet<Permission>
  ip: string | null
}

export const userPrincipal = (
  user: { id: string; name: string; role: Role },
  ip: string | null,
): Principal => ({
  actor: { kind: 'user', id: user.id, name: user.name },
  permissions: new Set(permissionsOfRole[user.role]),
  ip,
})

export const apiKeyPrincipal = (
  key: { id: string; name: string; scopes: Scope[] },
  ip: string | null,
): Principal => ({
  actor: { kind: 'api-key', id: key.id, name: key.name },
  permissions: new Set(key.scopes.flatMap((scope) => permissionsOfScope[scope])),
  ip,
})

/** Whoever can run commands on the server's own machine is its administrator. */
export const commandLinePrincipal: Principal = {
  actor: { kind: 'system', id: null, name: 'command line' },
  permissions: new Set(permissionsOfRole.admin),
  ip: null,
}

export const may = (principal: Principal, permission: Permission) => principal.permissions.has(permission)

/** Throws `unauthenticated` for nobody and `forbidden` for somebody who may not. */
export function demand(principal: Principal | null, permission: Permission): asserts principal is Principal {
  if (!principal) {
    throw new AppError(
      'unauthenticated',
      'Sign in, or send an API key as "Authorization: Bearer <key>". The key may be wrong or deleted.',
    )
  }
  if (!may(principal, permission)) {
    throw new AppError('forbidden', `${principal.actor.name} may not do this; it needs ${needs[permission]}.`)
  }
}

const needs = {
  read: 'the role viewer or an API key with the scope read',
  inspect: 'the role responder or an API key with the scope write',
  act: 'the role responder or an API key with the scope write',
  configure: 'the role admin or an API key with the scope admin',
  'send-events': 'an API key with the scope events',
} as const satisfies Record<Permission, string>
