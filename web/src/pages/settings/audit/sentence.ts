import type { AuditEntry } from '#contract/people.ts'

const named = ({ target }: AuditEntry) => `"${target.name}"`

const ownerOf = ({ data }: AuditEntry) => String(data.person ?? 'somebody')
const channelOf = ({ data }: AuditEntry) => `${String(data.channel ?? '')} contact method`.trim()

/** What follows the name of whoever did it. */
const sentences: Record<string, (entry: AuditEntry) => string> = {
  'server.set_up': (entry) => `set this server up as ${entry.target.name}`,
  'session.refused': (entry) => `was refused at sign-in as ${entry.target.name}`,
  'session.started': () => 'signed in',
  'session.ended': () => 'signed out',
  'user.invited': (entry) => `invited ${entry.target.name}`,
  'user.updated': wordsOfUserUpdate,
  'user.password_set': (entry) => `chose a password for ${entry.target.name} by a one-time link`,
  'user.password_changed': (entry) => `changed the password of ${entry.target.name}`,
  'user.password_link_made': (entry) => `made a password link for ${entry.target.name}`,
  'user.deleted': (entry) => `deleted ${entry.target.name}`,
  'contact_method.added': (entry) => `added the ${channelOf(entry)} ${named(entry)} for ${ownerOf(entry)}`,
  'contact_method.code_renewed': (entry) =>
    `sent a new code to the ${channelOf(entry)} ${named(entry)} of ${ownerOf(entry)}`,
  'contact_method.verified': (entry) =>
    `verified the ${channelOf(entry)} ${named(entry)} of ${ownerOf(entry)}`,
  'contact_method.updated': (entry) => `named the ${channelOf(entry)} ${named(entry)} of ${ownerOf(entry)}`,
  'contact_method.tested': (entry) =>
    `sent a test page to the ${channelOf(entry)} ${named(entry)} of ${ownerOf(entry)}`,
  'contact_method.secret_shown': (entry) =>
    `looked at the signing secret of the ${channelOf(entry)} ${named(entry)} of ${ownerOf(entry)}`,
  'contact_method.deleted': (entry) => `deleted the ${channelOf(entry)} ${named(entry)} of ${ownerOf(entry)}`,
  'notification_rules.changed': (entry) => `changed the notification rules of ${entry.target.name}`,
  'team.created': (entry) => `created the team ${named(entry)}`,
  'team.updated': (entry) => `changed the team ${named(entry)}`,
  'team.deleted': (entry) => `deleted the team ${named(entry)}`,
  'api_key.created': (entry) => `created the API key ${named(entry)}`,
  'api_key.deleted': (entry) => `deleted the API key ${named(entry)}`,
  'service.created': (entry) => `created the service ${named(entry)}`,
  'service.updated': (entry) => `changed the service ${named(entry)}`,
  'service.deleted': (entry) => `deleted the service ${named(entry)}`,
  'integration.created': (entry) => `added the integration ${named(entry)}`,
  'integration.updated': wordsOfIntegrationUpdate,
  'integration.deleted': (entry) => `deleted the integration ${named(entry)}`,
  'integration.id_rotated': (entry) => `gave the integration ${named(entry)} a new Integration ID`,
  'integration.signing_secret_set': (entry) => `set the signing secret of the integration ${named(entry)}`,
  'integration.signing_secret_removed': (entry) =>
    `removed the signing secret of the integration ${named(entry)}`,
  'integration.previous_signing_secret_removed': (entry) =>
    `removed the previous signing secret of the integration ${named(entry)}`,
  'integration.sentry_connected': (entry) => `connected the integration ${named(entry)} to its Sentry`,
  'integration.sentry_disconnected': (entry) =>
    `disconnected the integration ${named(entry)} from its Sentry`,
  'maintenance_window.created': (entry) => `planned the maintenance ${named(entry)}`,
  'maintenance_window.deleted': (entry) => `ended the maintenance ${named(entry)}`,
}

function wordsOfUserUpdate({ target, data }: AuditEntry): string {
  if (data.disabled === true) return `disabled ${target.name}`
  if (data.disabled === false) return `enabled ${target.name}`
  return `changed ${target.name}`
}

function wordsOfIntegrationUpdate(entry: AuditEntry): string {
  const { enabled } = entry.data as { enabled?: { to?: unknown } }
  if (enabled?.to === false) return `disabled the integration ${named(entry)}`
  if (enabled?.to === true) return `enabled the integration ${named(entry)}`
  return `changed the integration ${named(entry)}`
}

/** One line of the audit log as a sentence without its subject. An action of a newer server shows as its own name. */
export function sentenceOf(entry: AuditEntry): string {
  const words = Object.hasOwn(sentences, entry.action) ? sentences[entry.action] : undefined
  return words ? words(entry) : `${entry.action} ${named(entry)}`
}
