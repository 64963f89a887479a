import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { IncidentSummary } from '#contract/incidents.ts'
import { type KeyBindings, useKeys } from '../../../keys.ts'
import { paths } from '../../../paths.ts'
import { SnoozeDialog } from '../actions/Snooze.tsx'
import type { Act } from '../actions/use-act.ts'
import { focusedRow, focusRow } from './rows.ts'
import type { useSelection } from './selection.ts'

type List = {
  shown: readonly IncidentSummary[]
  selection: ReturnType<typeof useSelection>
  act: Act
}

/** The keys of the list. What they do is done to the selection, or without one to the row in focus. */
export function useListKeys({ shown, selection, act }: List) {
  const navigate = useNavigate()
  const [snoozing, setSnoozing] = useState<IncidentSummary[]>([])

  const focused = () => shown.find(({ id }) => id === focusedRow())
  const chosen = () => {
    const row = focused()
    if (selection.ids.size > 0) return shown.filter(({ id }) => selection.ids.has(id))
    return row ? [row] : []
  }
  const whenChosen = (use: (incidents: IncidentSummary[]) => void) => () => {
    const incidents = chosen()
    if (incidents.length > 0) use(incidents)
  }

  useKeys({
    ...movement(shown),
    x: () => withFocus((id) => selection.toggle(id)),
    'shift+x': () => withFocus((id) => selection.toggle(id, true)),
    Escape: selection.clear,
    a: whenChosen((incidents) => act(incidents, { kind: 'acknowledge' })),
    r: whenChosen((incidents) => act(incidents, { kind: 'resolve' })),
    s: whenChosen(setSnoozing),
    n: () => {
      const row = focused()
      if (row) void navigate({ ...paths.incident(row.number), hash: 'note' })
    },
    '/': () => document.querySelector<HTMLElement>('[data-search]')?.focus(),
  })

  return (
    snoozing.length > 0 && (
      <SnoozeDialog
        onClose={() => setSnoozing([])}
        onSnooze={(until) => act(snoozing, { kind: 'snooze', until })}
      />
    )
  )
}

function withFocus(use: (id: string) => void) {
  const id = focusedRow()
  if (id) use(id)
}

function movement(shown: readonly IncidentSummary[]): KeyBindings {
  const move = (step: 1 | -1) => () => {
    const at = shown.findIndex(({ id }) => id === focusedRow())
    const next = at < 0 ? shown[0] : shown[Math.min(Math.max(at + step, 0), shown.length - 1)]
    if (next) focusRow(next.id)
  }
  return { j: move(1), k: move(-1), ArrowDown: move(1), ArrowUp: move(-1) }
}
