import { IconChevronRight } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { IncidentView } from '#contract/incidents.ts'
import type { ResultAction } from '#contract/integrations.ts'
import { incidentDeliveries } from '../../../api/incidents.ts'
import { may, useMe } from '../../../api/me.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { LoadMore } from '../../../ui/LoadMore.tsx'
import { TextSkeleton } from '../../../ui/Skeletons.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import { OutcomeMark } from '../../integrations/deliveries/OutcomeMark.tsx'
import { wordsOfKind } from '../../integrations/kinds.ts'
import styles from './Deliveries.module.css'

const DeliveryDrawer = lazy(async () => ({
  default: (await import('../../integrations/deliveries/DeliveryDrawer.tsx')).DeliveryDrawer,
}))

const deeds = {
  triggered: 'Opened it',
  deduplicated: 'Repeat',
  reopened: 'Reopened it',
  acknowledged: 'Acknowledged it',
  resolved: 'Resolved it',
  noted: 'Note',
  ignored: 'Ignored',
  folded: 'Folded into it',
  queued: 'Queued',
} as const satisfies Record<ResultAction, string>

/** What arrived, byte for byte; folded, and only for those who may read personal data. */
export function Deliveries({ incident }: { incident: IncidentView }) {
  const [isOpen, setOpen] = useState(false)
  const me = useMe()
  if (!incident.integration) return null
  if (!may(me, 'inspect')) {
    return (
      <p className={styles.muted}>
        Raw deliveries hold personal data; responders and administrators see them here.
      </p>
    )
  }
  return (
    <details className={styles.fold} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className={styles.summary}>
        <IconChevronRight size={16} className={styles.chevron} aria-hidden="true" />
        Raw deliveries
      </summary>
      {isOpen && <List incident={incident} />}
    </details>
  )
}

function List({ incident }: { incident: IncidentView }) {
  const list = useInfiniteQuery(incidentDeliveries(incident.id))
  const [chosen, setChosen] = useState<string>()
  const deliveries = list.data?.pages.flatMap(({ items }) => items)
  if (!deliveries) {
    return list.error ? (
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <TextSkeleton lines={3} />
    )
  }
  return (
    <>
      {deliveries.length === 0 && (
        <p className={styles.muted}>No delivery of this incident is kept any more.</p>
      )}
      <ul className={styles.list}>
        {deliveries.map(({ id, outcome, result, kind, receivedAt }) => (
          <li key={id}>
            <button type="button" className={styles.delivery} onClick={() => setChosen(id)}>
              <OutcomeMark outcome={outcome} />
              <span>{deeds[result ?? 'ignored']}</span>
              <span className={styles.muted}>{kind && wordsOfKind(kind)}</span>
              <TimeAgo at={receivedAt} className={styles.time} />
            </button>
          </li>
        ))}
      </ul>
      <LoadMore
        hasMore={list.hasNextPage}
        isLoading={list.isFetchingNextPage}
        onLoad={() => void list.fetchNextPage()}
      />
      <Suspense>{chosen && <DeliveryDrawer id={chosen} onClose={() => setChosen(undefined)} />}</Suspense>
    </>
  )
}
