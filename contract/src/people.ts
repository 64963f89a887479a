import { z } from 'zod'
import { Actor, cleanText, Id, JsonObject, pageOf, Timestamp } from './common.ts'

export const Role = z.enum(['admin', 'responder', 'viewer'])
export type Role = z.infer<typeof Role>

/**
 * What a caller may do. `inspect`: delivery bodies and integration addresses, which hold personal data and
 * credentials. `act`: on incidents. `configure`: services, integrations, people, keys. `send-events`: the Events API.
 */
export type Permission = 'read' | 'inspect' | 'act' | 'configure' | 'send-events'

/** The server enforces it; the web app explains with it why a button is disabled. */
export const permissionsOfRole: Record<Role, readonly Permission[]> = {
  viewer: ['read'],
  responder: ['read', 'inspect', 'act'],
  admin: ['read', 'inspect', 'act', 'configure', 'send-events'],
}

const Email = z.email().max(254)
const PersonName = cleanText.trim().min(1).max(120)
/** better-auth's own upper bound; long enough for a passphrase. */
export const Password = z.string().min(10).max(128)

export const UserView = z.object({
  id: Id,
  name: z.string(),
  email: z.string(),
  role: Role,
  /** False until the person has set a password. */
  active: z.boolean(),
  disabled: z.boolean(),
  createdAt: Timestamp,
  lastSeenAt: Timestamp.nullable(),
})
export type UserView = z.infer<typeof UserView>
export const UserPage = pageOf(UserView)

export const CreateUser = z.object({ name: PersonName.optional(), email: Email, role: Role })
export type CreateUser = z.infer<typeof CreateUser>
/** `link` is shown once; whoever opens it sets the password of this person. */
export const InvitedUser = z.object({ user: UserView, link: z.string(), linkExpiresAt: Timestamp })
export const UpdateUser = z.object({
  name: PersonName.optional(),
  role: Role.optional(),
  disabled: z.boolean().optional(),
})
export type UpdateUser = z.infer<typeof UpdateUser>

export const SetPassword = z.object({ token: z.string().min(1).max(500), password: Password })
export const PasswordLinkView = z.object({ name: z.string(), email: z.string() })

export const SignIn = z.object({ email: Email, password: z.string().min(1).max(128) })
export const ChangePassword = z.object({ currentPassword: z.string().min(1).max(128), newPassword: Password })
export const UpdateProfile = z.object({ name: PersonName })

/** Who is signed in, and what the UI may offer them. */
export const Me = z.object({ id: Id, name: z.string(), email: z.string(), role: Role })
export type Me = z.infer<typeof Me>

/** Whether somebody must set this server up, before anybody is signed in. */
export const SetupState = z.object({ needed: z.boolean() })
export const Setup = z.object({
  token: z.string().max(500),
  name: PersonName,
  email: Email,
  password: Password,
})
export type Setup = z.infer<typeof Setup>

export const Scope = z.enum(['read', 'write', 'events', 'admin'])
export type Scope = z.infer<typeof Scope>

export const ApiKeyView = z.object({
  id: Id,
  name: z.string(),
  /** The first characters, to tell keys apart. */
  prefix: z.string(),
  scopes: z.array(Scope),
  createdBy: z.string(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
})
export type ApiKeyView = z.infer<typeof ApiKeyView>
export const ApiKeyPage = pageOf(ApiKeyView)
export const CreateApiKey = z.object({
  name: cleanText.trim().min(1).max(120),
  scopes: z.array(Scope).min(1).max(4),
})
export type CreateApiKey = z.infer<typeof CreateApiKey>
/** `key` is shown this once; only its hash is kept. */
export const CreatedApiKey = ApiKeyView.extend({ key: z.string() })

export const AuditEntry = z.object({
  id: Id,
  at: Timestamp,
  actor: Actor,
  /** `noun.verb`, e.g. `integration.updated`. */
  action: z.string(),
  target: z.object({ type: z.string(), id: z.string(), name: z.string() }),
  /** What changed; never a secret. */
  data: JsonObject,
  /** The address the request came from; null for the command line. */
  ip: z.string().nullable(),
})
export type AuditEntry = z.infer<typeof AuditEntry>
export const AuditPage = pageOf(AuditEntry)
