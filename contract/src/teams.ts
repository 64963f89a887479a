import { z } from 'zod'
import { cleanText, Id, pageOf, Timestamp } from './common.ts'

export const TeamView = z.object({
  id: Id,
  name: z.string(),
  members: z.array(z.object({ userId: Id, name: z.string(), lead: z.boolean(), disabled: z.boolean() })),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type TeamView = z.infer<typeof TeamView>
export const TeamPage = pageOf(TeamView)

export const TEAM_MEMBERS_MAX = 500
export const PutTeam = z.object({
  name: cleanText.trim().min(1).max(120),
  members: z
    .array(z.object({ userId: Id, lead: z.boolean().default(false) }))
    .max(TEAM_MEMBERS_MAX)
    .default([]),
})
export type PutTeam = z.infer<typeof PutTeam>
export const UpdateTeam = z.object({
  name: PutTeam.shape.name.optional(),
  members: PutTeam.shape.members.unwrap().optional(),
})
export type UpdateTeam = z.infer<typeof UpdateTeam>
