import type { SentryBehaviour, SentryScope } from '#contract/sentry-connection.ts'

export type BehaviourName = keyof SentryBehaviour

type Words = {
  label: string
  /** What it does, in one sentence. */
  sentence: string
  /** The permission without which it does nothing. */
  needs: SentryScope
}

/** What a connection adds, in the order in which an incident meets it. */
export const behaviours = {
  enrich: {
    label: 'Complete alerts',
    sentence:
      'What an alert leaves out is asked of Sentry: status, counts, users affected, assignee, the suspect commit.',
    needs: 'event:read',
  },
  link: {
    label: 'Show incidents in Sentry',
    sentence: 'The issue links to its incident, so that whoever opens it sees that it is being handled.',
    needs: 'event:write',
  },
  assign: {
    label: 'Assign issues',
    sentence:
      'Whoever acknowledges an incident, or gets it, is assigned to the issue: the Sentry member with the same verified e-mail address.',
    needs: 'event:write',
  },
  resolve: {
    label: 'Resolve issues',
    sentence: 'When a person resolves the incident, its issue is resolved too.',
    needs: 'event:write',
  },
  reopen: {
    label: 'Reopen issues',
    sentence: 'When a person reopens the incident, its issue is unresolved again.',
    needs: 'event:write',
  },
  comments: {
    label: 'Notes become comments',
    sentence:
      'A note on the incident becomes a comment on the issue, with its author. Comments in Sentry become notes in any case.',
    needs: 'event:write',
  },
  reconcile: {
    label: 'Compare every five minutes',
    sentence:
      'Open incidents are compared with Sentry, so that no lost message leaves one open; cron and uptime monitors recover only this way.',
    needs: 'event:read',
  },
} as const satisfies Record<BehaviourName, Words>

export const behaviourNames = Object.keys(behaviours) as BehaviourName[]

export const isOn = (behaviour: SentryBehaviour, name: BehaviourName): boolean =>
  behaviour[name] !== false && behaviour[name] !== 'off'

/** Permissions as Sentry's page names them, under "Permissions". */
export const permissionWords = {
  'event:read': 'Issue & Event: Read',
  'event:write': 'Issue & Event: Read & Write',
  'org:read': 'Organization: Read',
  'project:read': 'Project: Read',
} as const satisfies Record<SentryScope, string>

export const resolveChoices = [
  { value: 'resolved', label: 'As resolved' },
  { value: 'resolvedInNextRelease', label: 'As resolved in the next release' },
  { value: 'off', label: 'Not at all' },
] as const satisfies { value: SentryBehaviour['resolve']; label: string }[]
