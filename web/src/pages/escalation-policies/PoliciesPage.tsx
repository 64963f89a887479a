import { IconPlus, IconStairs } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { policyList } from '../../api/escalation-policies.ts'
import { useReasonAgainst } from '../../api/me.ts'
import { paths } from '../../paths.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { Rows } from '../../ui/Rows.tsx'
import { ListSkeleton } from '../../ui/Skeletons.tsx'
import { PolicyRow } from './list/PolicyRow.tsx'

/** All escalation policies, each in one line. */
export const PoliciesPage = () => (
  <Page>
    <PageHeader
      title="Escalation policies"
      description="Whom an incident pages, one step after the other, until somebody acknowledges it."
      actions={<CreatePolicy />}
    />
    <Policies />
  </Page>
)

function CreatePolicy() {
  const navigate = useNavigate()
  return (
    <ActionButton
      variant="filled"
      leftSection={<IconPlus size={16} />}
      disabledReason={useReasonAgainst('configure')}
      onClick={() => void navigate(paths.newPolicy())}
    >
      Create escalation policy
    </ActionButton>
  )
}

function Policies() {
  const list = useInfiniteQuery(policyList)
  const policies = list.data?.pages.flatMap(({ items }) => items)
  if (!policies) {
    return list.error ? (
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton rows={3} />
    )
  }
  if (policies.length === 0) {
    return (
      <EmptyState icon={IconStairs} title="No escalation policy yet" action={<CreatePolicy />}>
        Without one, incidents page the administrators only. A policy says who is paged first, how long they
        have, and who is next when nobody answers.
      </EmptyState>
    )
  }
  return (
    <>
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
      <Rows label="Escalation policies">
        {policies.map((policy) => (
          <PolicyRow key={policy.id} policy={policy} />
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
