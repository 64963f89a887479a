import { Button } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import type { IncidentSummary } from '#contract/incidents.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useAct } from '../actions/use-act.ts'
import { BulkBar } from './BulkBar.tsx'
import styles from './IncidentList.module.css'
import { IncidentRow } from './IncidentRow.tsx'
import { focusedRow, focusRow } from './rows.ts'
import { useSelection } from './selection.ts'
import { useHeld } from './use-held.ts'
import { useListKeys } from './use-list-keys.tsx'
import { useSteadyList } from './use-steady-list.ts'

type Props = { listKey: string; incidents: readonly IncidentSummary[]; isOld: boolean }

/** The incidents themselves: live, but still under the pointer; every row within reach of the keyboard. */
export function IncidentList({ listKey, incidents, isOld }: Props) {
  const { isHeld, release, pointerHandlers } = useHeld()
  const { shown, held, gone } = useSteadyList(listKey, incidents, isHeld)
  const selection = useSelection(shown.map(({ id }) => id))
  const act = useAct()
  const notAllowed = useReasonAgainst('act')
  const dialogs = useListKeys({ shown, selection, act })
  useFocusThatStays(shown)

  return (
    <>
      <div className={styles.frame}>
        {held > 0 && <NewPill count={held} onShow={release} />}
        <ul
          aria-label="Incidents"
          className={styles.list}
          data-selecting={selection.ids.size > 0 || undefined}
          data-old={isOld || undefined}
          {...pointerHandlers}
        >
          {shown.map((incident) => (
            <IncidentRow
              key={incident.id}
              incident={incident}
              isSelected={selection.ids.has(incident.id)}
              isGone={gone.has(incident.id)}
              onToggle={selection.toggle}
              act={act}
              notAllowed={notAllowed}
            />
          ))}
        </ul>
      </div>
      {selection.ids.size > 0 && (
        <BulkBar
          incidents={shown.filter(({ id }) => selection.ids.has(id))}
          onClear={selection.clear}
          act={act}
        />
      )}
      {dialogs}
    </>
  )
}

const NewPill = ({ count, onShow }: { count: number; onShow: () => void }) => (
  <output className={styles.pill}>
    <Button size="xs" radius="xl" leftSection={<IconArrowUp size={14} />} onClick={onShow}>
      {count} new
    </Button>
  </output>
)

/** When the focused row leaves the list, the next one takes its place. */
function useFocusThatStays(shown: readonly IncidentSummary[]) {
  const last = useRef<{ id: string; index: number } | null>(null)
  useEffect(() => {
    const id = focusedRow()
    if (id) last.current = { id, index: shown.findIndex((incident) => incident.id === id) }
    else if (last.current && document.activeElement === document.body) {
      const wasHere = !shown.some((incident) => incident.id === last.current?.id)
      const next = shown[Math.min(last.current.index, shown.length - 1)]
      if (wasHere && next) focusRow(next.id)
      last.current = null
    }
  })
}
