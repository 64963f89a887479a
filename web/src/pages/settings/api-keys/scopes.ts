import type { Scope } from '#contract/people.ts'

/** What a scope lets a program do. */
export const scopeWords = {
  read: {
    name: 'Read',
    description: 'Incidents, services and integrations; no delivery bodies, no addresses',
  },
  write: { name: 'Write', description: 'Also acts on incidents: acknowledge, resolve, notes. Includes read' },
  events: { name: 'Events', description: 'Sends events to any service, and reads nothing' },
  admin: { name: 'Admin', description: 'Everything, also services, people and keys. Includes the others' },
} as const satisfies Record<Scope, { name: string; description: string }>

const includedIn: Record<Scope, readonly Scope[]> = {
  read: [],
  write: ['read'],
  events: [],
  admin: ['read', 'write', 'events'],
}

/** Whether the other chosen scopes bring this one along. */
export const isIncluded = (scope: Scope, chosen: readonly Scope[]) =>
  chosen.some((other) => includedIn[other].includes(scope))

/** What is left to ask for when included scopes are not asked for twice. */
export const neededScopes = (chosen: readonly Scope[]) => chosen.filter((scope) => !isIncluded(scope, chosen))
