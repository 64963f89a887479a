import { useCallback } from 'react'
import type { IncidentSummary } from '#contract/incidents.ts'
import type { IncidentAction } from '../../../api/incident-actions.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { type Refusal, reasonOf, useIncidentAction } from '../../../api/use-incident-action.ts'
import { tell } from '../../../ui/toasts.tsx'
import { doneWords, failedWords, reasonAgainstAction } from './words.ts'

type Incidents = readonly IncidentSummary[]
export type Act = (incidents: Incidents, action: IncidentAction) => void

/**
 * Does something to incidents and says so: at once on the screen, then as a toast with the way back, or with what went
 * wrong. Incidents that do not allow it are left out; when none is left, the reason is told.
 */
export function useAct(): Act {
  const { mutate } = useIncidentAction()
  const notAllowed = useReasonAgainst('act')

  return useCallback(
    (incidents, action) => {
      const willing = incidents.filter((incident) => !reasonAgainstAction(incident, action.kind))
      const reason = notAllowed ?? (incidents[0] && reasonAgainstAction(incidents[0], action.kind))
      if (notAllowed || willing.length === 0) {
        if (reason) tell(reason)
        return
      }
      const deed = { incidents: willing, action }
      mutate(deed, {
        onSuccess: ({ done, refused }) => {
          if (done.length > 0) tellDone(willing, action, (undo) => mutate(undo))
          if (refused.length > 0) tellRefused(action, refused)
        },
        onError: (error) => tell(failedWords(action, willing), reasonOf(error), { isFailure: true }),
      })
    },
    [mutate, notAllowed],
  )
}

type Undo = { incidents: Incidents; action: IncidentAction }

function tellDone(incidents: Incidents, action: IncidentAction, mutate: (undo: Undo) => void) {
  // On the page of the incident the new note, the new name or the new mark says it.
  if (!['acknowledge', 'resolve', 'snooze'].includes(action.kind) && incidents.length === 1) return
  const canUndo = ['acknowledge', 'resolve', 'snooze'].includes(action.kind)
  tell(doneWords(action, incidents), incidents.length === 1 ? incidents[0]!.title : undefined, {
    action: canUndo
      ? {
          // Whoever had it before has to take it again, so it is only called "undo" where nobody had.
          name: incidents.every(({ status }) => status === 'open') ? 'Undo' : 'Reopen',
          onClick: () => mutate({ incidents, action: { kind: 'reopen' } }),
        }
      : undefined,
  })
}

function tellRefused(action: IncidentAction, refused: Refusal[]) {
  const incidents = refused.map(({ incident }) => incident)
  tell(failedWords(action, incidents), refused[0]!.detail, { isFailure: true })
}
