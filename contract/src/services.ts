import { z } from 'zod'
import { cleanText, Id, Moment, pageOf, Timestamp } from './common.ts'

export const ServiceView = z.object({
  id: Id,
  name: z.string(),
  description: z.string().nullable(),
  /** After how many minutes an acknowledgement runs out and the incident pages again; null = never. */
  acknowledgementTimeoutMinutes: z.int().nullable(),
  /** Whom its incidents page; without one only the administrators hear of them. */
  escalationPolicyId: Id.nullable(),
  escalationPolicyName: z.string().nullable(),
  integrationCount: z.int(),
  activeIncidentCount: z.int(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type ServiceView = z.infer<typeof ServiceView>

export const ServicePage = pageOf(ServiceView)
export type ServicePage = z.infer<typeof ServicePage>

const fields = {
  name: cleanText.trim().min(1).max(120),
  description: cleanText.trim().max(2_000).nullish(),
  acknowledgementTimeoutMinutes: z.int().min(1).max(10_080).nullish(),
  escalationPolicyId: Id.nullish(),
}
export const CreateService = z.object(fields)
export type CreateService = z.infer<typeof CreateService>
export const UpdateService = z.object(fields).partial()
export type UpdateService = z.infer<typeof UpdateService>

export const MaintenanceWindowView = z.object({
  id: Id,
  serviceIds: z.array(Id),
  start: Timestamp,
  end: Timestamp,
  reason: z.string(),
  createdBy: z.string(),
  createdAt: Timestamp,
})
export type MaintenanceWindowView = z.infer<typeof MaintenanceWindowView>
export const MaintenanceWindowPage = pageOf(MaintenanceWindowView)

export const CreateMaintenanceWindow = z
  .object({
    serviceIds: z.array(Id).min(1).max(200),
    start: Moment,
    end: Moment,
    reason: cleanText.trim().max(500).default(''),
  })
  .refine(({ start, end }) => !(Date.parse(end) <= Date.parse(start)), {
    path: ['end'],
    message: 'The end must be after the start',
  })
export type CreateMaintenanceWindow = z.infer<typeof CreateMaintenanceWindow>
