import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'
import type { IncidentSummary } from '#contract/incidents.ts'
import type { IncidentAction } from '../../../api/incident-actions.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { type Refusal, reasonOf, useIncidentAction } from '../../../api/use-incident-action.ts'
import { Toast } from '../../../ui/Toast.tsx'
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
        if (reason) tell({ title: reason })
        return
      }
      const deed = { incidents: willing, action }
      mutate(deed, {
        onSuccess: ({ done, refused }) => {
          if (done.length > 0) tellDone(willing, action, (undo) => mutate(undo))
          if (refused.length > 0) tellRefused(action, refused)
        },
        onError: (error) =>
          tell({ title: failedWords(action, willing), detail: reasonOf(error), isFailure: true }),
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
  tell({
    title: doneWords(action, incidents),
    detail: incidents.length === 1 ? incidents[0]!.title : undefined,
    ...(canUndo && {
      // Whoever had it before has to take it again, so it is only called "undo" where nobody had.
      action: incidents.every(({ status }) => status === 'open') ? 'Undo' : 'Reopen',
      onAction: () => mutate({ incidents, action: { kind: 'reopen' } }),
    }),
  })
}

function tellRefused(action: IncidentAction, refused: Refusal[]) {
  const incidents = refused.map(({ incident }) => incident)
  tell({ title: failedWords(action, incidents), detail: refused[0]!.detail, isFailure: true })
}

type Telling = {
  title: string
  detail?: string | undefined
  isFailure?: boolean
  action?: string
  onAction?: () => void
}

function tell({ isFailure = false, onAction, ...words }: Telling) {
  const id = notifications.show({
    color: isFailure ? 'raspberry' : 'gray',
    autoClose: isFailure ? 12_000 : 6_000,
    message: (
      <Toast
        {...words}
        onAction={
          onAction &&
          (() => {
            notifications.hide(id)
            onAction()
          })
        }
      />
    ),
  })
}
