import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Actor } from '#contract/common.ts'
import { BULK_MAX, BulkResult, type IncidentSummary, IncidentView } from '#contract/incidents.ts'
import { ApiError, request } from './client.ts'
import { bodyOfAction, foresee, type IncidentAction, pathOfAction } from './incident-actions.ts'
import { changeCached, changeCachedTimeline, storeIncident } from './incident-cache.ts'
import { incidentKeys } from './incidents.ts'
import { useMe } from './me.ts'

export type Deed = { incidents: readonly IncidentSummary[]; action: IncidentAction }

/** Those that the server refused, each with its reason; the others are done. */
export type Refusal = { incident: IncidentSummary; detail: string }
export type Outcome = { done: IncidentSummary[]; refused: Refusal[] }

/**
 * Does something to one or many incidents. The screen shows it at once; what the server refuses is taken back there
 * and told: in `refused` for some of many, as an error when nothing was done at all.
 */
export function useIncidentAction() {
  const queryClient = useQueryClient()
  const me = useMe()
  const actor: Actor = { kind: 'user', id: me.id, name: me.name }

  return useMutation({
    mutationFn: (deed: Deed) => (deed.incidents.length === 1 ? doOne(deed) : doMany(deed)),
    onMutate: async (deed) => {
      await queryClient.cancelQueries({ queryKey: incidentKeys.all })
      return showAtOnce(queryClient, deed, actor)
    },
    onSuccess: ({ done, refused }, _deed, takeBack) => {
      takeBack(refused.map(({ incident }) => incident.id))
      for (const incident of done) storeIncident(queryClient, incident)
    },
    onError: (_error, { incidents }, takeBack) => takeBack?.(incidents.map(({ id }) => id)),
    // Not waited for: what was done is told at once.
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: incidentKeys.all })
    },
  })
}

async function doOne({ incidents: [incident], action }: Deed): Promise<Outcome> {
  const path = `/incidents/${incident!.id}/${pathOfAction[action.kind]}`
  return { done: [await request(IncidentView, 'POST', path, bodyOfAction(action))], refused: [] }
}

async function doMany({ incidents, action }: Deed): Promise<Outcome> {
  const outcome: Outcome = { done: [], refused: [] }
  for (let start = 0; start < incidents.length; start += BULK_MAX) {
    const some = incidents.slice(start, start + BULK_MAX)
    const body = { ids: some.map(({ id }) => id), action: action.kind, ...bodyOfAction(action) }
    const { results } = await request(BulkResult, 'POST', '/incidents/bulk', body)
    for (const [index, { incident, error }] of results.entries()) {
      if (incident) outcome.done.push(incident)
      else outcome.refused.push({ incident: some[index]!, detail: error?.detail ?? 'Refused' })
    }
  }
  return outcome
}

/** Shows what will be, and returns how to take it back for the incidents that it did not come true for. */
function showAtOnce(queryClient: QueryClient, { incidents, action }: Deed, actor: Actor) {
  const now = new Date()
  const foreseen = new Map(incidents.map((incident) => [incident.id, foresee(incident, action, actor, now)]))
  const before = new Map(incidents.map((incident) => [incident.id, incident]))

  changeCached(queryClient, new Set(before.keys()), (incident) => ({
    ...incident,
    ...foreseen.get(incident.id)?.changes,
  }))
  for (const [id, { entry }] of foreseen) {
    if (entry) changeCachedTimeline(queryClient, id, (timeline) => [entry, ...timeline])
  }

  return (ids: string[]) => {
    changeCached(queryClient, new Set(ids), (incident) => ({
      ...incident,
      ...asBefore(before.get(incident.id)!, foreseen.get(incident.id)!.changes),
    }))
    for (const id of ids) {
      const entry = foreseen.get(id)?.entry
      if (entry)
        changeCachedTimeline(queryClient, id, (timeline) => timeline.filter((one) => one.id !== entry.id))
    }
  }
}

/** Only the fields that were changed here: others may have news by now. */
const asBefore = (before: IncidentSummary, changes: Partial<IncidentSummary>): Partial<IncidentSummary> =>
  Object.fromEntries(Object.keys(changes).map((name) => [name, before[name as keyof IncidentSummary]]))

/** Why an action failed, in the server's words. */
export const reasonOf = (error: Error) => (error instanceof ApiError ? error.problem.detail : error.message)
