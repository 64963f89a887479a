import { IconPlus, IconStairs } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { policyList } from '../../api/escalation-policies.ts'
import { useReasonAgainst } from '../../api/me.ts'
import { paths } from '../../paths.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { PagedRows } from '../../ui/PagedRows.tsx'
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
  return (
    <PagedRows
      list={useInfiniteQuery(policyList)}
      label="Escalation policies"
      row={(policy) => <PolicyRow key={policy.id} policy={policy} />}
      skeletonRows={3}
      empty={
        <EmptyState icon={IconStairs} title="No escalation policy yet" action={<CreatePolicy />}>
          Without one, incidents page the administrators only. A policy says who is paged first, how long they
          have, and who is next when nobody answers.
        </EmptyState>
      }
    />
  )
}
