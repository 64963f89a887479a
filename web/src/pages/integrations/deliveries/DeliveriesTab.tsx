import { SegmentedControl } from '@mantine/core'
import { IconInbox } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { DeliveryOutcome, IntegrationView } from '#contract/integrations.ts'
import { deliveriesOf } from '../../../api/integrations.ts'
import { may, useMe } from '../../../api/me.ts'
import { ButtonLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { EmptyState } from '../../../ui/EmptyState.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { LoadMore } from '../../../ui/LoadMore.tsx'
import { Rows } from '../../../ui/Rows.tsx'
import { ListSkeleton } from '../../../ui/Skeletons.tsx'
import { useIntegrationSearch } from '../use-integration-search.ts'
import { DeliveryDrawer } from './DeliveryDrawer.tsx'
import { DeliveryRow } from './DeliveryRow.tsx'
import styles from './deliveries.module.css'
import { outcomeNames } from './outcomes.ts'

/** Everything that arrived, with what became of it and why. */
export function DeliveriesTab({ integration: { ref } }: { integration: IntegrationView }) {
  const { outcome, delivery } = useIntegrationSearch()
  const navigate = useNavigate()
  const mayInspect = may(useMe(), 'inspect')
  const goTo = (changes: { outcome?: DeliveryOutcome | undefined; delivery?: string }) =>
    void navigate({ ...paths.integration(ref, { tab: 'deliveries', ...changes }), resetScroll: false })
  return (
    <>
      <div className={styles.bar}>
        <OutcomeFilter outcome={outcome} onChange={(chosen) => goTo({ outcome: chosen })} />
        {!mayInspect && (
          <span className={styles.dimmed}>
            Bodies hold personal data; responders and administrators can open them.
          </span>
        )}
      </div>
      <Deliveries integrationRef={ref} outcome={outcome} canOpen={mayInspect} />
      {mayInspect && <DeliveryDrawer id={delivery} onClose={() => goTo({ outcome })} />}
    </>
  )
}

type FilterProps = {
  outcome: DeliveryOutcome | undefined
  onChange: (outcome: DeliveryOutcome | undefined) => void
}

const OutcomeFilter = ({ outcome, onChange }: FilterProps) => (
  <SegmentedControl
    aria-label="Outcome"
    value={outcome ?? 'all'}
    onChange={(value) => onChange(value === 'all' ? undefined : (value as DeliveryOutcome))}
    data={[
      { value: 'all', label: 'All' },
      ...Object.entries(outcomeNames).map(([value, label]) => ({ value, label })),
    ]}
  />
)

type ListProps = { integrationRef: string; outcome: DeliveryOutcome | undefined; canOpen: boolean }

function Deliveries({ integrationRef, outcome, canOpen }: ListProps) {
  const list = useInfiniteQuery(deliveriesOf(integrationRef, outcome))
  const deliveries = list.data?.pages.flatMap(({ items }) => items)
  if (!deliveries) {
    return list.error ? (
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton />
    )
  }
  if (deliveries.length === 0) return <NoDeliveries outcome={outcome} integrationRef={integrationRef} />
  return (
    <>
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
      <Rows label="Deliveries">
        {deliveries.map((delivery) => (
          <DeliveryRow
            key={delivery.id}
            delivery={delivery}
            place={
              canOpen
                ? paths.integration(integrationRef, { tab: 'deliveries', outcome, delivery: delivery.id })
                : null
            }
          />
        ))}
      </Rows>
      <LoadMore
        automatic
        hasMore={list.hasNextPage}
        isLoading={list.isFetchingNextPage}
        onLoad={list.fetchNextPage}
      />
    </>
  )
}

const NoDeliveries = ({ outcome, integrationRef }: Omit<ListProps, 'canOpen'>) =>
  outcome ? (
    <EmptyState icon={IconInbox} title={`No delivery was ${outcome}`}>
      Deliveries of another outcome are under All.
    </EmptyState>
  ) : (
    <EmptyState
      icon={IconInbox}
      title="Nothing has arrived yet"
      action={
        <ButtonLink {...paths.integration(integrationRef, { tab: 'setup' })}>Connect the tool</ButtonLink>
      }
    >
      Every request to the address of this integration is listed here: accepted, ignored or rejected, with the
      reason and what was in it.
    </EmptyState>
  )
