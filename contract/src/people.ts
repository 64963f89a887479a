import { z } from 'zod'
import { Channel } from './channels.ts'
import { Actor, cleanText, Id, JsonObject, pageOf, Timestamp } from './common.ts'
import { ContactMethodView, NotificationRules } from './contact-methods.ts'
import { Locale, TimeZone } from './time-zones.ts'

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
  /** In which they read times, and in which their messages speak of them. */
  timeZone: z.string(),
  locale: z.string(),
  /** The channels on which they have a verified contact method; without one nobody can page them. */
  reachedBy: z.array(Channel),
  createdAt: Timestamp,
  lastSeenAt: Timestamp.nullable(),
})
export type UserView = z.infer<typeof UserView>
export const UserPage = pageOf(UserView)

/** One person with how they are reached. */
export const UserDetail = UserView.extend({
  /** Addresses are masked for everybody but the person and administrators. */
  contactMethods: z.array(ContactMethodView),
  notificationRules: NotificationRules,
  teams: z.array(z.object({ id: Id, name: z.string(), lead: z.boolean() })),
})
export type UserDetail = z.infer<typeof UserDetail>

export const CreateUser = z.object({
  name: PersonName.optional(),
  email: Email,
  role: Role,
  timeZone: TimeZone.optional(),
  locale: Locale.optional(),
})
export type CreateUser = z.infer<typeof CreateUser>
/** `inviteUrl` is shown once; whoever opens it sets the password of this person. */
export const InvitedUser = UserView.extend({
  inviteUrl: z.string(),
  inviteExpiresAt: Timestamp,
  /** Whether the link is on its way to them by e-mail too. */
  invitedByEmail: z.boolean(),
  /** Why it is not; null when it is. */
  emailProblem: z.string().nullable(),
})
export type InvitedUser = z.infer<typeof InvitedUser>
export const UpdateUser = z.object({
  name: PersonName.optional(),
  role: Role.optional(),
  disabled: z.boolean().optional(),
  timeZone: TimeZone.optional(),
  locale: Locale.optional(),
})
export type UpdateUser = z.infer<typeof UpdateUser>

export const SetPassword = z.object({ token: z.string().min(1).max(500), password: Password })
export const PasswordLinkView = z.object({ name: z.string(), email: z.string() })

export const SignIn = z.object({ email: Email, password: z.string().min(1).max(128) })
export const ChangePassword = z.object({ currentPassword: z.string().min(1).max(128), newPassword: Password })
export const UpdateProfile = UpdateUser.pick({ name: true, timeZone: true, locale: true })
export type UpdateProfile = z.infer<typeof UpdateProfile>

/** Who is signed in, and what the UI may offer them. */
export const Me = z.object({
  id: Id,
  name: z.string(),
  email: z.string(),
  role: Role,
  timeZone: z.string(),
  locale: z.string(),
})
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
