import type { Diagnosis, IntegrationType } from '#contract/integrations.ts'
import { isPrivateHost } from '#contract/networks.ts'
import type { ErrorCode } from '../platform/errors.ts'
import { sentryChecks } from './diagnose-sentry.ts'

/** A delivery as a diagnosis sees it. */
export type RecentDelivery = {
  at: Date
  outcome: 'accepted' | 'ignored' | 'rejected'
  code: string | null
  reason: string | null
  kind: string | null
  /** Somebody pressed "Send test alert" or "Replay" in OpsKnight: it says nothing about the tool. */
  isOurs: boolean
}

/** What is known of an integration's deliveries, as far as it takes to say what is wrong. */
export type HealthFacts = {
  type: IntegrationType
  /** The tool's name in words. */
  toolName: string
  enabled: boolean
  createdAt: Date
  /** The address that the webhook URL begins with. */
  publicUrl: string
  /** Null when the stored settings cannot be read. */
  limits: { newIncidentsPerMinute: number | null; storedBodiesPerMinute: number | null } | null
  secret: { isSet: boolean; hasPrevious: boolean; isReadable: boolean; setAt: Date | null }
  lastDeliveryAt: Date | null
  kinds: readonly { kind: string; firstAt: Date; lastAt: Date }[]
  /** Of the last 24 hours, newest first, the newest few hundred. */
  recent: readonly RecentDelivery[]
  /** What the tool says it has sent and what never arrived, newest first; 0 for the answer that it did not get in time. */
  missing: readonly { at: Date; kind: string; responseCode: number }[]
  /** What a connected tool refuses to be asked or told; null when nothing. */
  refusal: { reads: boolean; writes: boolean; reason: string } | null
  /** The most that one minute of the last hour has seen. */
  busiestMinute: { newIncidents: number; storedBodies: number }
  /** Levels, as the tool wrote them, of the incidents that the recent deliveries are about. */
  levels: readonly string[]
}

export type Check = (facts: HealthFacts, now: Date) => Diagnosis | null

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Everything that the server can tell about why an integration does not do what people expect; problems first. */
export function diagnose(facts: HealthFacts, now: Date): Diagnosis[] {
  const own = facts.type === 'sentry' ? sentryChecks : []
  const found = [...checks, ...own].flatMap((check) => check(facts, now) ?? [])
  return found.toSorted((a, b) => Number(a.level === 'hint') - Number(b.level === 'hint'))
}

const checks: Check[] = [
  unreadable,
  disabled,
  nothingReceived,
  onlyOurs,
  signatureMissing,
  signatureInvalid,
  bodiesNotUnderstood,
  everythingIgnored,
  storm,
  bodiesNotKept,
  previousSecretKept,
]

function unreadable({ secret, limits }: HealthFacts): Diagnosis | null {
  if (secret.isReadable && limits) return null
  return {
    code: 'unreadable',
    level: 'problem',
    title: 'This integration cannot be read, and refuses every delivery',
    detail: secret.isReadable
      ? 'Its stored settings do not fit this version of OpsKnight. Save its settings again, or delete it and add a new one.'
      : 'Its signing secret was stored with another OPSKNIGHT_SECRET_KEY. Start the server with the key that was used then, or set the signing secret again.',
  }
}

function disabled({ enabled, recent, toolName }: HealthFacts): Diagnosis | null {
  if (enabled) return null
  const refused = recent.filter(({ code }) => code === coded('integration_disabled')).length
  if (refused === 0) {
    return {
      code: 'disabled',
      level: 'hint',
      title: 'This integration is disabled',
      detail:
        'Deliveries get the answer 403 and open no incidents. Enable it in its settings to receive again.',
    }
  }
  return {
    code: 'disabled_refusing',
    level: 'problem',
    title: `Disabled, and ${times(refused)} refused in the last 24 hours`,
    detail: `${toolName} goes on delivering and gets the answer 403. Enable this integration in its settings, or remove its URL in ${toolName}.`,
  }
}

function nothingReceived(
  { lastDeliveryAt, type, createdAt, publicUrl }: HealthFacts,
  now: Date,
): Diagnosis | null {
  if (lastDeliveryAt) return null
  return {
    code: 'nothing_received',
    level: now.getTime() - createdAt.getTime() < HOUR_MS ? 'hint' : 'problem',
    title: 'Nothing has been received yet',
    detail: [whatToCheck[type], reachable(publicUrl)].join(' '),
  }
}

/** The test went in by our own door: what is between the tool and us is still untried. */
function onlyOurs({
  lastDeliveryAt,
  recent,
  kinds,
  type,
  publicUrl,
  toolName,
}: HealthFacts): Diagnosis | null {
  const oldest = recent.at(-1)?.at
  if (!lastDeliveryAt || !oldest || !recent.every(({ isOurs }) => isOurs)) return null
  if (kinds.some(({ firstAt }) => firstAt < oldest)) return null
  return {
    code: 'only_tests_received',
    level: 'hint',
    title: `Only test alerts of OpsKnight so far, nothing from ${toolName}`,
    detail: ['The way through OpsKnight works.', whatToCheck[type], reachable(publicUrl)].join(' '),
  }
}

const whatToCheck = {
  sentry:
    'Check in Sentry: (1) the URL is exactly the webhook URL of this page, with the Integration ID at its end; ' +
    '(2) the alert rule is active and its conditions are met; (3) its actions send to this webhook or internal integration, and the integration is an alert rule action; ' +
    '(4) a self-hosted Sentry from 25.9 on refuses to call private addresses: take the network of OpsKnight out of SENTRY_DISALLOWED_IPS in its sentry.conf.py.',
  events:
    'Check in the program that sends: (1) it posts to the URL of this page; (2) its header is "Authorization: Token token=" with the Integration ID behind it.',
} as const satisfies Record<IntegrationType, string>

function reachable(publicUrl: string): string {
  return isPrivateHost(new URL(publicUrl).hostname)
    ? `The URL begins with ${publicUrl}, which can only be reached from inside your own network or machine: sentry.io and other hosted tools cannot. Set OPSKNIGHT_URL to a public address.`
    : `${publicUrl} must be reachable from where the tool runs: look for firewalls and proxies between.`
}

function signatureMissing(facts: HealthFacts): Diagnosis | null {
  const [newest, count] = refusals(facts, ['signature_missing'])
  if (!newest) return null
  return {
    code: 'signature_missing',
    level: levelOfRefusals(facts, newest),
    title: `401: ${times(count)} without a signature`,
    detail: newest.reason ?? 'This integration has a signing secret, so every delivery must be signed.',
  }
}

function signatureInvalid(facts: HealthFacts): Diagnosis | null {
  const [newest, count] = refusals(facts, ['signature_invalid'])
  if (!newest) return null
  return {
    code: 'signature_invalid',
    level: levelOfRefusals(facts, newest),
    title: `401: ${times(count)} with a signature that does not match`,
    detail: `The signing secret here and the one in ${facts.toolName} differ. Copy the Client Secret that ${facts.toolName} shows and paste it here as the signing secret; during a rotation keep the previous one valid too. Or remove the secret here if you do not want signatures to be checked.`,
  }
}

/** Of the last 24 hours and since the secret was last changed: what was refused before says nothing about now. */
function refusals(
  { recent, secret }: HealthFacts,
  codes: ErrorCode[],
): [newest: RecentDelivery | undefined, count: number] {
  const since = secret.setAt ?? new Date(0)
  const refused = secret.isSet
    ? recent.filter(({ code, at }) => at >= since && codes.some((known) => code === known))
    : []
  return [refused[0], refused.length]
}

/** A genuine delivery after the newest refusal: another sender is signed rightly, or somebody has mended it. */
const levelOfRefusals = ({ recent }: HealthFacts, newest: RecentDelivery) =>
  recent.some(({ at, outcome, isOurs }) => outcome !== 'rejected' && !isOurs && at > newest.at)
    ? 'hint'
    : 'problem'

const UNREAD: ErrorCode[] = ['invalid_json', 'invalid_payload', 'unsupported_media_type', 'body_too_large']

function bodiesNotUnderstood({ recent, toolName }: HealthFacts): Diagnosis | null {
  const unread = recent.filter(({ code }) => UNREAD.some((known) => known === code))
  const [newest] = unread
  if (!newest) return null
  return {
    code: 'invalid_payloads',
    level: 'problem',
    title: `${times(unread.length)} could not be read in the last 24 hours`,
    detail: `${sentence(newest.reason)} The delivery log shows what arrived. A genuine message of ${toolName} is always accepted: look for a proxy or a script that changes the body.`,
  }
}

const IGNORED_ENOUGH = 3
const REASONS_SHOWN = 3

function everythingIgnored({ recent }: HealthFacts): Diagnosis | null {
  const theirs = recent.filter(({ isOurs }) => !isOurs)
  if (theirs.length < IGNORED_ENOUGH || theirs.some(({ outcome }) => outcome !== 'ignored')) return null
  const reasons = [...Map.groupBy(theirs, ({ reason }) => reason ?? '')]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, REASONS_SHOWN)
    .map(([reason, deliveries]) => `${deliveries.length} × ${sentence(reason)}`)
  return {
    code: 'everything_ignored',
    level: 'problem',
    title: `All ${theirs.length} deliveries of the last 24 hours were ignored`,
    detail: `Why: ${reasons.join(' ')} Change the filters and settings of this integration, or what it is told about, if these should open incidents.`,
  }
}

function storm({ limits, busiestMinute }: HealthFacts): Diagnosis | null {
  const limit = limits?.newIncidentsPerMinute ?? null
  if (limit === null || busiestMinute.newIncidents < limit) return null
  return {
    code: 'storm',
    level: 'problem',
    title: `Alert storm: ${limit} new incidents in one minute of the last hour`,
    detail:
      'New problems beyond this limit are folded into one incident about the storm, which lists them and lets you split them off. Look for what they have in common. The limit is "newIncidentsPerMinute" in the settings.',
  }
}

function bodiesNotKept({ limits, busiestMinute }: HealthFacts): Diagnosis | null {
  const limit = limits?.storedBodiesPerMinute ?? null
  if (limit === null || busiestMinute.storedBodies < limit) return null
  return {
    code: 'bodies_not_kept',
    level: 'hint',
    title: `More than ${limit} deliveries in one minute of the last hour`,
    detail:
      'All of them count and open incidents; the bodies beyond this limit were not kept, and those deliveries cannot be replayed. The limit is "storedBodiesPerMinute" in the settings.',
  }
}

function previousSecretKept({ secret, toolName }: HealthFacts, now: Date): Diagnosis | null {
  if (!secret.hasPrevious || (secret.setAt && now.getTime() - secret.setAt.getTime() < DAY_MS)) return null
  return {
    code: 'previous_secret_kept',
    level: 'hint',
    title: 'The previous signing secret is still valid',
    detail: `It has been kept for more than a day beside the new one. Once ${toolName} signs with the new secret, remove the previous one.`,
  }
}

const coded = (code: ErrorCode): string => code
const times = (count: number) => (count === 1 ? '1 delivery' : `${count} deliveries`)
const sentence = (text: string | null) => (text ? `${text.replace(/\.$/, '')}.` : '')
