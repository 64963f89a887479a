import type { ApiKeyView, Me, UserView } from '#contract/people.ts'
import type { ApiKey } from './api-keys.ts'
import type { Invitation } from './commands.ts'
import type { User } from './store.ts'

export const toMe = ({ id, name, email, role }: User): Me => ({ id, name, email, role })

export const toUserView = (user: User): UserView => ({
  ...toMe(user),
  active: user.active,
  disabled: user.disabled_at !== null,
  createdAt: user.created_at.toISOString(),
  lastSeenAt: user.last_seen_at?.toISOString() ?? null,
})

export const toInvitedUser = ({ user, link, linkExpiresAt }: Invitation) => ({
  user: toUserView(user),
  link,
  linkExpiresAt: linkExpiresAt.toISOString(),
})

export const toApiKeyView = ({
  id,
  name,
  prefix,
  scopes,
  created_by,
  created_at,
  last_used_at,
}: ApiKey): ApiKeyView => ({
  id,
  name,
  prefix,
  scopes,
  createdBy: created_by,
  createdAt: created_at.toISOString(),
  lastUsedAt: last_used_at?.toISOString() ?? null,
})
