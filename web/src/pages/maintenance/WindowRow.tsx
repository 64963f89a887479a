import { useQuery } from '@tanstack/react-query'
import type { MaintenanceWindowView } from '#contract/services.ts'
import { allServices } from '../../api/directory.ts'
import { useEndWindow } from '../../api/maintenance.ts'
import { useReasonAgainst } from '../../api/me.ts'
import { counted } from '../../forms/counted.ts'
import { ConfirmButton } from '../../ui/ConfirmButton.tsx'
import { Row } from '../../ui/Rows.tsx'
import { exactWords, momentWords } from '../../ui/time-words.ts'
import { useNow } from '../../ui/use-now.ts'
import type { Phase } from './phases.ts'

type Props = { window: MaintenanceWindowView; phase: Phase }

/** One window: why, for what, from when to when. */
export function WindowRow({ window, phase }: Props) {
  const { reason, serviceIds, start, end, createdBy } = window
  return (
    <Row
      isFaint={phase === 'over'}
      title={reason || 'Maintenance'}
      description={
        <>
          {useServiceNames(serviceIds)} · planned by {createdBy}
        </>
      }
      facts={
        <span>
          <Moment at={start} /> – <Moment at={end} after={start} />
        </span>
      }
      actions={phase !== 'over' && <End window={window} phase={phase} />}
    />
  )
}

/** With the day, unless it is the day of `after`. */
function Moment({ at, after }: { at: string; after?: string }) {
  const now = useNow()
  const date = new Date(at)
  const isSameDay = after !== undefined && date.toDateString() === new Date(after).toDateString()
  return (
    <time dateTime={at} title={exactWords(date)}>
      {momentWords(date, isSameDay ? date : now)}
    </time>
  )
}

/** The names of those that are still there. */
function useServiceNames(ids: readonly string[]): string {
  const services = useQuery(allServices).data
  if (ids.length === 0) return 'Its services were deleted'
  const names = services?.filter(({ id }) => ids.includes(id)).map(({ name }) => name) ?? []
  return names.length === ids.length ? names.join(', ') : counted(ids.length, 'service')
}

function End({ window: { id, reason }, phase }: Props) {
  const end = useEndWindow()
  const isNow = phase === 'now'
  return (
    <ConfirmButton
      label={isNow ? 'End now' : 'Cancel window'}
      title={isNow ? 'End the maintenance now' : 'Cancel the maintenance'}
      loses={
        isNow
          ? 'Incidents that it kept quiet open now and page, unless another window covers their service. The window leaves this list; the audit log keeps it.'
          : `"${reason || 'Maintenance'}" will not happen: alerts page as usual. The window leaves this list; the audit log keeps it.`
      }
      disabledReason={useReasonAgainst('configure')}
      onConfirm={() => end.mutateAsync(id)}
    />
  )
}
