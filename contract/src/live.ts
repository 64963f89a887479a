import { z } from 'zod'
import { Id } from './common.ts'

/**
 * What `GET /api/v1/live` (server-sent events) says: that something changed, never what it is now, so that a
 * message can be lost or repeated without harm and tells nobody what they may not read. `resync` after a gap;
 * `interrupted` at its beginning, when the server has lost its database: `/readyz` knows more.
 */
export const LiveMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('incidents'), ids: z.array(Id) }),
  z.object({ kind: z.literal('deliveries'), refs: z.array(Id) }),
  z.object({ kind: z.literal('configuration') }),
  z.object({ kind: z.literal('resync') }),
  z.object({ kind: z.literal('interrupted') }),
])
export type LiveMessage = z.infer<typeof LiveMessage>
