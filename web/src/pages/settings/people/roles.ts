import type { Role } from '#contract/people.ts'

/** What a role may do, in one line. */
export const roleWords = {
  admin: { name: 'Administrator', description: 'Does everything, and sets up services, people and keys' },
  responder: { name: 'Responder', description: 'Acts on incidents and reads deliveries' },
  viewer: { name: 'Viewer', description: 'Reads, but no delivery bodies and no integration addresses' },
} as const satisfies Record<Role, { name: string; description: string }>
