import type { SentryScope } from '#contract/sentry-connection.ts'

// Whoever may write may read (Sentry's source: `SENTRY_SCOPE_HIERARCHY_MAPPING`).
const GRANTED_BY: Record<SentryScope, string[]> = {
  'event:read': ['event:read', 'event:write', 'event:admin'],
  'event:write': ['event:write', 'event:admin'],
  'org:read': ['org:read', 'org:write', 'org:admin'],
  'project:read': ['project:read', 'project:write', 'project:admin'],
}

export const grants = (scopes: readonly string[], scope: SentryScope): boolean =>
  GRANTED_BY[scope].some((one) => scopes.includes(one))

/** Why a token that is told by its beginning is none of an internal integration (Sentry's source: `types/token.py`). */
export function foreignToken(token: string): string | null {
  if (token.startsWith('sntryu_'))
    return 'This is the token of a person: what OpsKnight does in Sentry would look like theirs. Copy the token of the internal integration.'
  if (token.startsWith('sntrys_'))
    return 'This is a token of the organization, which may only upload releases. Copy the token of the internal integration.'
  return null
}
