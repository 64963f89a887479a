import type { ApiKeyView, InvitedUser, Me, UserView } from '#contract/people.ts'
import type { ApiKey } from './api-keys.ts'
import type { Invitation } from './commands.ts'
import type { Delivery } from './invitations.ts'
import type { User } from './store.ts'

export const toMe = ({ id, name, email, role, time_zone, locale }: User): Me => ({
  id,
  name,
  email,
  role,
  timeZone: time_zone,
  locale,
})

export const toUserView = (user: User): UserView => ({
  ...toMe(user),
  active: user.active,
  disabled: user.disabled_at !== null,
  reachedBy: user.reachedBy,
  createdAt: user.created_at.toISOString(),
  lastSeenAt: user.last_seen_at?.toISOString() ?? null,
})

export const toInvitedUser = (
  { user, link, linkExpiresAt }: Invitation,
  { problem }: Delivery,
): InvitedUser => ({
  ...toUserView(user),
  inviteUrl: link,
  inviteExpiresAt: linkExpiresAt.toISOString(),
  invitedByEmail: problem === null,
  emailProblem: problem,
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
