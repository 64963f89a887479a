import { z } from 'zod'
import { Severity } from '#contract/common.ts'
import { IncidentStatus } from '#contract/incidents.ts'

const listOf = <Option extends z.ZodType>(option: Option) =>
  z
    .preprocess((value) => (value === undefined ? undefined : [value].flat()), z.array(option).optional())
    .catch(undefined)

/** The tabs of the list; without one, `active`. */
export const StatusTab = z.enum([...IncidentStatus.options, 'active', 'all'])
export type StatusTab = z.infer<typeof StatusTab>

/** The filters of the incident list as they stand in its URL; what makes no sense there is dropped. */
export const IncidentSearch = z.object({
  status: StatusTab.optional().catch(undefined),
  severity: listOf(Severity),
  service: listOf(z.string()),
  q: z.string().max(200).optional().catch(undefined),
})
export type IncidentSearch = {
  status?: StatusTab | undefined
  severity?: Severity[] | undefined
  service?: string[] | undefined
  q?: string | undefined
}
